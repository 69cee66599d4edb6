// The mark on an element of a drawing that has problems: how many, and what they are.
export function problemBadge(problems) {
  const made = document.createElement("span");
  made.className = problems.every((problem) => problem.hint) ? "problem-badge problem-hint" : "problem-badge";
  made.textContent = String(problems.length);
  made.title = problems.map((problem) => problem.sentence).join("\n");
  return made;
}
