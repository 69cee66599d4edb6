"""Diagrams in the dialects of other programs, as they would be imported."""

from __future__ import annotations

FOREIGN = {
    "camunda7": """<?xml version="1.0" encoding="UTF-8"?>
<!-- Drawn elsewhere. -->
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="http://bpmn.io/schema/bpmn"
    exporter="Camunda Modeler" exporterVersion="5.2.0">
  <bpmn:process id="p" name="Đơn" isExecutable="true" camunda:historyTimeToLive="P30D"
      camunda:candidateStarterGroups="staff">
    <bpmn:startEvent id="begin" name="Đầu" camunda:formKey="embedded:app:start.html"><!-- A form of theirs. -->
      <bpmn:extensionElements>
        <camunda:formData>
          <camunda:formField id="amount" label="Số tiền" type="long" defaultValue="0">
            <camunda:validation><camunda:constraint name="min" config="1" /></camunda:validation>
          </camunda:formField>
        </camunda:formData>
      </bpmn:extensionElements>
      <bpmn:outgoing>f1</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:userTask id="work" name="Xem" camunda:assignee="${initiator}" camunda:dueDate="${now.plusDays(2)}">
      <bpmn:extensionElements>
        <camunda:inputOutput>
          <camunda:inputParameter name="x">
            <camunda:map><camunda:entry key="a">1 &lt; 2 &amp; 3</camunda:entry></camunda:map>
          </camunda:inputParameter>
          <camunda:outputParameter name="y">
            <camunda:script scriptFormat="groovy"><![CDATA[return a < b && c]]></camunda:script>
          </camunda:outputParameter>
        </camunda:inputOutput>
        <camunda:taskListener event="create" class="org.example.Listener" />
        <camunda:properties><camunda:property name="k" value="v" /></camunda:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming>
      <bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="work" />
    <bpmn:sequenceFlow id="f2" sourceRef="work" targetRef="end">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression" language="juel">${ok}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
  </bpmn:process>
  DIAGRAM
</bpmn:definitions>
""",
    "camunda8": """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="d" targetNamespace="http://bpmn.io/schema/bpmn"
    modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.5.0">
  <bpmn:process id="p" isExecutable="true">
    <bpmn:extensionElements>
      <zeebe:userTaskForm id="form_1">{"components": [{"key": "a"}]}</zeebe:userTaskForm>
    </bpmn:extensionElements>
    <bpmn:startEvent id="begin" name="Đầu"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:serviceTask id="work" name="Xem" zeebe:modelerTemplate="io.camunda.connectors.HttpJson.v2"
        zeebe:modelerTemplateIcon="data:image/svg+xml;base64,PHN2Zy8+">
      <bpmn:extensionElements>
        <zeebe:taskDefinition type="io.camunda:http-json:1" retries="3" />
        <zeebe:ioMapping><zeebe:input source="=a + &#34;b&#34;" target="x" /><zeebe:output source="=y"
            target="z" /></zeebe:ioMapping>
        <zeebe:taskHeaders><zeebe:header key="h" value="1" /></zeebe:taskHeaders>
      </bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming>
      <bpmn:multiInstanceLoopCharacteristics isSequential="true">
        <bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=items"
            inputElement="item" /></bpmn:extensionElements>
        <bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>
        <bpmn:inputDataItem id="item" name="item" />
      </bpmn:multiInstanceLoopCharacteristics>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="work" />
  </bpmn:process>
  DIAGRAM
</bpmn:definitions>
""",
    "signavio": """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:signavio="http://www.signavio.com"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    exporter="Signavio Process Editor, http://www.signavio.com" exporterVersion="17.5.0"
    expressionLanguage="http://www.w3.org/TR/XPath" id="d" targetNamespace="http://www.signavio.com"
    typeLanguage="http://www.w3.org/2001/XMLSchema"
    xsi:schemaLocation="http://www.omg.org/spec/BPMN/20100524/MODEL http://www.omg.org/spec/BPMN/2.0/20100501/BPMN20.xsd">
  <process id="p" isClosed="false" isExecutable="false" processType="None">
    <extensionElements><signavio:signavioMetaData metaKey="bgcolor"
        metaValue="#ffffcc" /><signavio:signavioLabel align="middle" x="3.5" /></extensionElements>
    <startEvent id="begin" isInterrupting="true" name="Đầu&#10;hai dòng">
      <extensionElements><signavio:signavioMetaData metaKey="bordercolor" metaValue="#000000" /></extensionElements>
      <outgoing>f1</outgoing>
    </startEvent>
    <task completionQuantity="1" id="work" isForCompensation="false" name="Xem" startQuantity="1">
      <documentation textFormat="text/html">Xem <b xmlns="http://www.w3.org/1999/xhtml">kỹ</b> rồi ký.</documentation>
      <incoming>f1</incoming>
      <ioSpecification id="io"><dataInput id="in"
          isCollection="false" />
        <inputSet id="is"><dataInputRefs>in</dataInputRefs></inputSet><outputSet id="os" /></ioSpecification>
    </task>
    <sequenceFlow id="f1" isImmediate="true" name="" sourceRef="begin" targetRef="work" />
    <dataObject id="data" isCollection="false" itemSubjectRef="nowhere_item" />
    <group id="g" categoryValueRef="nowhere_category" />
  </process>
  DIAGRAM
</definitions>
""",
    "activiti": """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:omgdi="http://www.omg.org/spec/DD/20100524/DI" xmlns:omgdc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:flowable="http://flowable.org/bpmn"
    xmlns:design="http://flowable.org/design" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d"
    targetNamespace="http://www.flowable.org/processdef">
  <message id="m" name="tin" />
  <process id="p" name="Đơn" isExecutable="true" flowable:candidateStarterUsers="a,b">
    <extensionElements><design:stencilid><![CDATA[BPMNDiagram]]></design:stencilid><design:creationdate>2026-01-01T00:00:00.000Z</design:creationdate></extensionElements>
    <dataObject id="variable" name="v"
        itemSubjectRef="xsd:string"><extensionElements><flowable:value>một</flowable:value></extensionElements></dataObject>
    <startEvent id="begin" name="Đầu" flowable:initiator="initiator"><outgoing>f1</outgoing></startEvent>
    <userTask id="work" name="Xem" flowable:candidateGroups="staff" flowable:formFieldValidation="true">
      <extensionElements><flowable:formProperty id="q" type="string"
          required="true" /><design:stencilid>FormTask</design:stencilid></extensionElements>
      <incoming>f1</incoming>
      <humanPerformer><resourceAssignmentExpression><formalExpression>user(a)</formalExpression></resourceAssignmentExpression></humanPerformer>
    </userTask>
    <boundaryEvent id="late" attachedToRef="work" cancelActivity="false">
      <timerEventDefinition><timeDuration xsi:type="tFormalExpression"
          flowable:businessCalendar="hours">PT2H</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="work" />
  </process>
  DIAGRAM
</definitions>
""",
    "strange": """<?xml version="1.0" encoding="UTF-8"?>
<?their-tool keep="yes"?>
<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:x="urn:example:x" id="d"
    targetNamespace="urn:example" x:mark="1">
  <x:library><x:book n="1">Sách</x:book></x:library>
  <b:collaboration id="c"><b:participant id="pool" name="Bên A" processRef="p" /><b:participant id="other"
      name="Bên B" processRef="elsewhere" /></b:collaboration>
  <b:process id="p">
    <x:direct>con trực tiếp</x:direct>
    <b:laneSet id="ls"><b:lane id="lane"
        name="Làn"><b:flowNodeRef>begin</b:flowNodeRef><b:flowNodeRef>work</b:flowNodeRef><b:flowNodeRef>nowhere</b:flowNodeRef></b:lane></b:laneSet>
    <!-- Một -->
    <b:startEvent id="begin" name="Đầu" x:odd="a"><b:outgoing>f1</b:outgoing></b:startEvent>
    <!-- Hai -->
    <b:task id="work" name="Xem">
      <b:extensionElements>
        <x:outer a="1"><x:inner><y xmlns="urn:example:y" z="2"><!-- Trong -->chữ <i>lẫn</i> thẻ</y></x:inner></x:outer>
        <spiffworkflow:unheard xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"
            q="1"><spiffworkflow:part /></spiffworkflow:unheard>
      </b:extensionElements>
      <b:incoming>f1</b:incoming>
      <b:futureThing id="later" level="3"><b:part>x</b:part></b:futureThing>
    </b:task>
    <b:futureTask id="never" name="Chưa có trong chuẩn" />
    <b:sequenceFlow id="f1" sourceRef="begin" targetRef="work" />
  </b:process>
  DIAGRAM
</b:definitions>
<!-- Hết -->
""",
}


"""Diagrams in the dialects of other programs. DIAGRAM stands for a drawing of `begin`, `f1` and `work`."""


DRAWN = """<bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="{plane}">{pools}
    <bpmndi:BPMNShape id="begin_di" bpmnElement="begin"><dc:Bounds x="212" y="182" width="36"
        height="36" /></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="work_di" bpmnElement="work"><dc:Bounds x="300" y="160" width="100"
        height="80" /><bpmndi:BPMNLabel /></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="f1_di" bpmnElement="f1"><di:waypoint x="248" y="200" /><di:waypoint x="300"
        y="200" /></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"""


POOLS = """
    <bpmndi:BPMNShape id="pool_di" bpmnElement="pool" isHorizontal="true"><dc:Bounds x="150" y="80" width="400"
        height="250" /></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="other_di" bpmnElement="other" isHorizontal="true"><dc:Bounds x="150" y="350"
        width="400" height="80" /></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="lane_di" bpmnElement="lane" isHorizontal="true"><dc:Bounds x="180" y="80" width="370"
        height="250" /></bpmndi:BPMNShape>"""


def foreign(name: str) -> str:
    """A foreign diagram with its drawing, in the prefixes that its program uses."""
    pooled = name == "strange"
    drawn = DRAWN.format(plane="c" if pooled else "p", pools=POOLS if pooled else "")
    if name == "activiti":
        drawn = drawn.replace("dc:", "omgdc:").replace("di:way", "omgdi:way")
    return FOREIGN[name].replace("DIAGRAM", drawn)
