// The field for a text of FEEL. The one that dmn-js brings writes styles into the page, which our pages forbid, and speaks
// English; the build puts this in its place.
import ContentEditable from "dmn-js-shared/lib/components/ContentEditable";

export default class PlainExpression extends ContentEditable {
  // Each letter counts at once, for a page may be closed without leaving the field.
  onInput = () => {
    const { props, node } = /** @type {any} */ (this);
    const taken = props.onInput ?? props.onChange;
    taken?.(node.innerText.replace(/\n$/, ""));
  };

  componentDidMount() {
    const { props, node } = /** @type {any} */ (this);
    if (props.autoFocus) node.focus();
  }
}
