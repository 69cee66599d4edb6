// Our panel groups, beside those of the standard panel that the engine understands as they are.
import { calledGroup, decisionGroup } from "./groups/calls.js";
import { conditionGroup } from "./groups/condition.js";
import { confirmGroup } from "./groups/confirm.js";
import { englishGroup } from "./groups/english.js";
import { loopGroup } from "./groups/loop.js";
import { messageGroup } from "./groups/message.js";
import { scriptGroup } from "./groups/scripts.js";
import { serviceGroup } from "./groups/service.js";
import { startGroup } from "./groups/start.js";
import { templateGroup } from "./groups/templates.js";
import { timerGroup } from "./groups/timer.js";
import { laneGroup, workGroup } from "./groups/work.js";

const OURS = [
  laneGroup,
  startGroup,
  workGroup,
  serviceGroup,
  decisionGroup,
  calledGroup,
  timerGroup,
  messageGroup,
  conditionGroup,
  confirmGroup,
  loopGroup,
  scriptGroup,
  englishGroup,
  templateGroup,
];
// Of the standard panel: name and id, documentation, and what events refer to.
const STANDARD = ["general", "documentation", "error", "escalation", "signal", "link"];
const LAST = 400;

export default class StudioProvider {
  static $inject = [
    "propertiesPanel",
    "extensions",
    "modeling",
    "moddle",
    "bpmnFactory",
    "translate",
    "config.catalogue",
    "config.go",
    "config.prepare",
    "templates",
  ];

  constructor(propertiesPanel, extensions, modeling, moddle, bpmnFactory, translate, catalogue, go, prepare, templates) {
    this.tools = { extensions, modeling, moddle, bpmnFactory, catalogue, go, prepare, templates };
    this.translate = translate;
    propertiesPanel.registerProvider(LAST, this);
  }

  getGroups(element) {
    return (groups) => {
      const standard = STANDARD.map((id) => groups.find((one) => one.id === id)).filter(Boolean);
      const ours = OURS.map((make) => make(element, this.tools)).filter(Boolean);
      const [general, ...others] = standard;
      const all = [...(general ? [{ ...general, shouldOpen: true }] : []), ...ours, ...others];
      return all.map((one) => this.said(one));
    };
  }

  // The panel's own words in a group and its fields.
  said(group) {
    const { translate } = this;
    return { ...group, translate, entries: group.entries.map((entry) => ({ translate, ...entry })) };
  }
}
