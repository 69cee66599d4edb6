// What TypeScript does not know of our pages: what selectors find there, and what scripts beside ours define.

// Which kind of element a selector finds the page knows; the names that it may have are known here.
interface PageElement extends HTMLElement {
  value: string;
  checked: boolean;
  disabled: boolean;
  indeterminate: boolean;
  hash: string;
  content: string;
  method: string;
  form: HTMLFormElement | null;
  options: HTMLOptionsCollection;
  elements: HTMLFormControlsCollection & Record<string, any>;
  selectedOptions: HTMLCollectionOf<HTMLOptionElement>;
  requestSubmit(submitter?: HTMLElement | null): void;
  showModal(): void;
}
interface NonElementParentNode {
  getElementById<E extends Element = PageElement>(elementId: string): E | null;
}
interface Document {
  getElementById<E extends Element = PageElement>(elementId: string): E | null;
}
interface ParentNode {
  querySelector<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K] | null;
  querySelector<E extends Element = PageElement>(selectors: string): E | null;
  querySelectorAll<K extends keyof HTMLElementTagNameMap>(selectors: K): NodeListOf<HTMLElementTagNameMap[K]>;
  querySelectorAll<E extends Element = PageElement>(selectors: string): NodeListOf<E>;
}
interface Element {
  closest<K extends keyof HTMLElementTagNameMap>(selector: K): HTMLElementTagNameMap[K] | null;
  closest<E extends Element = PageElement>(selectors: string): E | null;
}
interface HTMLFormControlsCollection {
  [name: string]: any;
}
interface DocumentEventMap {
  "htmx:config:request": CustomEvent;
  channel: CustomEvent;
}
// The service worker's events and names (push_worker.js).
interface WindowEventMap {
  push: any;
  notificationclick: any;
}
declare const clients: any;
declare const registration: any;

// Scripts that a page loads before ours: diagrams, figures; notices.js before live.js, form.js before intake.js.
declare const BpmnJS: new (options: object) => any;
declare const Chart: any;
declare const notices: { wanted: () => boolean; pop: (title: string, sentence: string) => Promise<void> };
declare const keepDraft: () => Promise<void>;
declare const Combobox: any;
declare const formAnswers: any;
// Only node has it, where answers.js is tested.
declare const module: any;

// What is bundled as text, and style sheets.
declare module "*.bpmn" {
  const text: string;
  export default text;
}
declare module "*.dmn" {
  const text: string;
  export default text;
}
declare module "*.txt" {
  const text: string;
  export default text;
}
declare module "*.yaml" {
  const text: string;
  export default text;
}
declare module "*.css";
