// The mark on an element that others have spoken of: how many remarks, and what they say.
export function commentBadge(comments) {
  const made = document.createElement("span");
  made.className = "comment-badge";
  made.textContent = String(comments.length);
  made.title = comments.map((comment) => comment.sentence).join("\n");
  return made;
}

// The mark on an element of a drawing that has problems: how many, and what they are.
export function problemBadge(problems) {
  const made = document.createElement("span");
  made.className = problems.every((problem) => problem.hint) ? "problem-badge problem-hint" : "problem-badge";
  made.textContent = String(problems.length);
  made.title = problems.map((problem) => problem.sentence).join("\n");
  return made;
}
