// Builds DOM nodes. A text is always a text node: nothing that a draft holds is parsed as HTML.

const ATTRIBUTES = new Set(["class", "lang", "dir", "href", "style", "title"]);

/** An element: make("button", {class: "dm-key", onclick: press, "aria-label": words}, child, ...). */
function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** A node of dashboard/screens/markup.py: a text, or [name, attributes, children]. */
function build(node) {
  if (typeof node === "string") return document.createTextNode(node);
  const [name, attributes, children] = node;
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (ATTRIBUTES.has(key)) made.setAttribute(key, value);
  }
  made.append(...children.map(build));
  return made;
}

/** A sentence with its {names} filled in. */
function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
