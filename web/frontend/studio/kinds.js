// The kinds of files a deployment has: where they belong and what a new one looks like.
const BPMN =
  'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const DMN =
  'xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"';

const diagram = (name) => `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions ${BPMN} id="definitions_${name}" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="${name}" name="${name}" isExecutable="true">
    <bpmn:startEvent id="${name}_starts" name="Bắt đầu" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="${name}_diagram">
    <bpmndi:BPMNPlane id="${name}_plane" bpmnElement="${name}">
      <bpmndi:BPMNShape id="${name}_starts_di" bpmnElement="${name}_starts">
        <dc:Bounds x="180" y="120" width="36" height="36" />
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
`;

const decision = (name) => `<?xml version="1.0" encoding="UTF-8"?>
<definitions ${DMN} id="definitions_${name}" name="${name}" namespace="http://camunda.org/schema/1.0/dmn">
  <decision id="${name}" name="${name}">
    <decisionTable id="${name}_table" hitPolicy="FIRST">
      <input id="${name}_input" label="Lĩnh vực">
        <inputExpression id="${name}_input_expression" typeRef="string">
          <text>field</text>
        </inputExpression>
      </input>
      <output id="${name}_output" label="Kết quả" name="result" typeRef="string" />
      <rule id="${name}_rule">
        <inputEntry id="${name}_rule_input">
          <text>-</text>
        </inputEntry>
        <outputEntry id="${name}_rule_output">
          <text>""</text>
        </outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="${name}_diagram">
      <dmndi:DMNShape id="${name}_shape" dmnElementRef="${name}">
        <dc:Bounds height="80" width="180" x="160" y="100" />
      </dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
`;

const form = (id) => {
  const components = [{ type: "text", id: "text_1", text: "Tiêu đề của biểu mẫu", properties: { label_en: "Title" } }];
  return `${JSON.stringify({ type: "default", id, schemaVersion: 18, components }, null, 2)}\n`;
};

const mail = () => `[1022] Hồ sơ {{ case.code }}

Kính gửi {{ unit.name }},

Xem hồ sơ: {{ link }}

Trân trọng,
Tổng đài 1022
`;

const scenario = (name) => `process: ${name}
province: three_level
name: ${name}
start: {at: "2026-12-07T08:00+07:00", data: {field: welfare, urgency: normal, place: "26068", channel: phone}}
steps:
  - expect: {finished: true}
`;

// In the order in which lists show them.
export const KINDS = [
  { id: "diagram", label: "Sơ đồ", one: "Sơ đồ", folder: "workflows", ending: ".bpmn", empty: diagram },
  {
    id: "decision",
    label: "Bảng quyết định",
    one: "Bảng quyết định",
    folder: "workflows",
    ending: ".dmn",
    empty: decision,
  },
  { id: "form", label: "Biểu mẫu", one: "Biểu mẫu", folder: "forms", ending: ".json", empty: form },
  { id: "mail", label: "Mẫu thư", one: "Mẫu thư", folder: "workflows/mail", ending: ".txt", empty: mail },
  {
    id: "scenario",
    label: "Kịch bản kiểm thử",
    one: "Kịch bản kiểm thử",
    folder: "workflows/tests",
    ending: ".yaml",
    empty: scenario,
  },
];

// The kind of a file by its name.
export function kindOf(path) {
  return KINDS.find((one) => path.endsWith(one.ending));
}

export function pathFor(kind, name) {
  return `${kind.folder}/${name}${kind.ending}`;
}
