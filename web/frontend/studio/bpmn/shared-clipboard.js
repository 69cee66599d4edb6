// One clipboard for all diagrams of the page: what is copied in one is pasted into another. Forms, mails and tables are files
// of the same draft, so what refers to them stays right; messages come along.
import Clipboard from "diagram-js/lib/features/clipboard/Clipboard";

export const sharedClipboard = new Clipboard();
