// Opens a file with the editor of its kind; what an editor cannot show is edited as text, so that every file opens.
import { kindOf } from "../kinds.js";
import { t } from "../words/say.js";
import BpmnEditor from "./bpmn.js";
import DmnEditor from "./dmn.js";
import FormEditor from "./form.js";
import MailEditor from "./mail.js";
import ScenarioEditor from "./scenario.js";
import TextEditor from "./text.js";

const EDITORS = {
  diagram: BpmnEditor,
  decision: DmnEditor,
  form: FormEditor,
  mail: MailEditor,
  scenario: ScenarioEditor,
};

export async function openEditor(place, text, context) {
  const Editor = EDITORS[kindOf(context.path)?.id];
  if (!Editor) return TextEditor.open(place, text, context);
  try {
    return await Editor.open(place, text, context);
  } catch (error) {
    place.canvas.replaceChildren();
    place.panel.replaceChildren();
    return TextEditor.open(
      place,
      text,
      context,
      t("Không vẽ được tệp này ({reason}); hãy sửa nội dung tệp.", { reason: error.message.split("\n")[0] }),
    );
  }
}
