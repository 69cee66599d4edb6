// What can be said of a drawing without the server: the rules of bpmnlint that the checker does not have, in sentences.
import Linter from "bpmnlint/lib/linter";
import StaticResolver from "bpmnlint/lib/resolver/static-resolver";
import labelRequired from "bpmnlint/rules/label-required";
import noBpmndi from "bpmnlint/rules/no-bpmndi";
import noDisconnected from "bpmnlint/rules/no-disconnected";
import noDuplicateSequenceFlows from "bpmnlint/rules/no-duplicate-sequence-flows";
import noGatewayJoinFork from "bpmnlint/rules/no-gateway-join-fork";
import noOverlappingElements from "bpmnlint/rules/no-overlapping-elements";
import superfluousGateway from "bpmnlint/rules/superfluous-gateway";
import superfluousTermination from "bpmnlint/rules/superfluous-termination";

import { t } from "../words/say.js";

const RULES = {
  "label-required": [labelRequired, t("Phần tử chưa có tên; hãy đặt tên để người đọc hiểu.")],
  "no-bpmndi": [noBpmndi, t("Phần tử có trong tệp nhưng không được vẽ nên không ai thấy.")],
  "no-disconnected": [noDisconnected, t("Phần tử chưa nối với phần còn lại; hãy nối hoặc xóa.")],
  "no-duplicate-sequence-flows": [
    noDuplicateSequenceFlows,
    t("Hai mũi tên cùng đi từ một nơi đến một nơi; hãy xóa một."),
  ],
  "no-gateway-join-fork": [noGatewayJoinFork, t("Cổng này vừa gộp vừa tách; hãy vẽ hai cổng.")],
  "no-overlapping-elements": [
    noOverlappingElements,
    t("Phần tử nằm chồng lên phần tử khác hoặc ra ngoài khung; hãy dời ra."),
  ],
  "superfluous-gateway": [superfluousGateway, t("Cổng chỉ có một đường vào và một đường ra; hãy xóa cổng.")],
  "superfluous-termination": [
    superfluousTermination,
    t("Không còn nhánh nào khác để dừng; một kết thúc thường là đủ."),
  ],
};
const named = (value) => Object.fromEntries(Object.entries(RULES).map(([name, rule]) => [name, value(rule)]));
const SENTENCES = named(([, sentence]) => sentence);

// The hints for a diagram, as problems without a line.
export async function hints(definitions, path) {
  // Some rules remember what they have seen, so each run begins with rules of its own.
  const resolver = new StaticResolver(
    Object.fromEntries(Object.entries(RULES).map(([name, [rule]]) => [`rule:bpmnlint/${name}`, rule])),
  );
  const found = await new Linter({ config: { rules: named(() => "warn") }, resolver }).lint(definitions);
  return Object.entries(found).flatMap(([rule, reports]) =>
    reports.map(({ id }) => ({ path, element: id ?? "", line: 0, sentence: SENTENCES[rule], hint: true })),
  );
}
