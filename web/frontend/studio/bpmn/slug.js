// Ids out of captions: small letters without marks, digits and underscores.
const LONGEST = 40;

/**
 * The id for a caption; empty for one without letters or digits. What `taken` says is another's gets a number.
 * @param {string} caption
 * @param {(id: string) => boolean} taken
 */
export function slugOf(caption, taken = (_id) => false) {
  const words = caption.normalize("NFD").replace(/\p{M}/gu, "").replace(/[\u0111\u0110]/g, "d").toLowerCase();
  const joined = words.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  const short = joined.length > LONGEST ? joined.slice(0, LONGEST + 1).replace(/_?[^_]*$/, "") || joined.slice(0, LONGEST) : joined;
  const id = /^\d/.test(short) ? `so_${short}` : short;
  if (!id || !taken(id)) return id;
  let number = 2;
  while (taken(`${id}_${number}`)) number += 1;
  return `${id}_${number}`;
}

// Whether an id was made by the drawing program and says nothing.
export function isMade(id) {
  return /^[A-Z][A-Za-z]*_[0-9a-z]{7}$/.test(id ?? "");
}
