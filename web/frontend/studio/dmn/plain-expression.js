// The field for a text of FEEL. The one that dmn-js brings writes styles into the page, which our pages forbid, and speaks
// English; the build puts this in its place.
import ContentEditable from "dmn-js-shared/lib/components/ContentEditable";

export default class PlainExpression extends ContentEditable {
  // Each letter counts at once, for a page may be closed without leaving the field.
  onInput = () => {
    const taken = this.props.onInput ?? this.props.onChange;
    taken?.(this.node.innerText.replace(/\n$/, ""));
  };

  componentDidMount() {
    if (this.props.autoFocus) this.node.focus();
  }
}
