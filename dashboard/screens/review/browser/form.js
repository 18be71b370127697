// The form of a draft. What is typed is kept in the browser until it is saved or discarded.

const EDIT = "draftmill.edit.";

function keptEdit(draft) {
  try {
    return JSON.parse(localStorage.getItem(EDIT + draft) || "null");
  } catch {
    return null;
  }
}

function forgetEdit(draft) {
  localStorage.removeItem(EDIT + draft);
}

/** The drafts with unsaved changes, the smallest number first. */
function unsavedEdits() {
  return Object.keys(localStorage).filter((key) => key.startsWith(EDIT)).map((key) => Number(key.slice(EDIT.length)))
    .filter(Boolean).sort((one, other) => one - other);
}

class Form {
  /** `form` as review/editor.py makes it; `save(values)` and `close()` are called by the keys and buttons. */
  constructor(form, words, { save, close }) {
    Object.assign(this, { form, words, save, close });
    this.original = Object.fromEntries(form.fields.map((field) => [field.name, field.value]));
    const kept = keptEdit(form.draft);
    this.values = { ...this.original, ...(kept ? kept.values : {}) };
    this.node = this.draw(kept);
  }

  get changed() {
    return Object.keys(this.original).some((name) => this.values[name] !== this.original[name]);
  }

  draw(kept) {
    const { words, form } = this;
    this.saveButton = this.button("dm-primary", words.save, "Ctrl+S", () => this.submit());
    this.bar = make("div", { class: "dm-formbar" },
      make("h2", {}, fill(words.editing, { draft: form.draft })), this.saveButton,
      this.button("", words.cancel, "Esc", () => this.cancel()));
    this.ask = make("div", { class: "dm-ask", role: "alertdialog", "aria-label": words.discard, hidden: true },
      make("span", {}, words.discard), this.button("", words.doDiscard, "", () => this.discard()),
      this.button("dm-primary", words.keepEditing, "Esc", () => this.cancel()));
    this.problem = make("div", { class: "dm-problem", role: "alert" });
    const note = !kept ? words.editNote : kept.revision === form.revision ? words.restored : words.outdated;
    return make("form", { class: "dm-form", onkeydown: (event) => this.key(event),
      onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      make("div", { class: "dm-sticky" }, this.bar, this.ask, this.problem),
      make("p", { class: "dm-note" }, note), form.fields.map((field) => this.field(field)));
  }

  button(css, text, hint, act) {
    return make("button", { type: "button", class: `dm-key ${css}`, onclick: act }, text,
      hint ? make("kbd", {}, hint) : null);
  }

  field(field) {
    const id = `dm-field-${field.name}`;
    const keep = (event) => this.type(field.name, event.target.value);
    const shared = { id, name: field.name, lang: this.form.lang, dir: "auto", oninput: keep };
    let input;
    if (field.choices.length) {
      input = make("select", { ...shared, onchange: keep },
        field.choices.map(([value, text]) => make("option", { value }, text)));
    } else if (field.rows) {
      input = make("textarea", { ...shared, rows: Math.min(16, field.rows + 1) });
    } else {
      input = make("input", { ...shared, type: "text" });
    }
    input.value = this.values[field.name];
    return [field.heading ? make("h3", { class: "dm-group" }, field.heading) : null,
      make("div", { class: field.wide || field.rows > 2 ? "dm-field dm-wide" : "dm-field" },
        make("label", { for: id }, field.label), input)];
  }

  type(name, value) {
    this.values[name] = value;
    if (!this.changed) return forgetEdit(this.form.draft);
    const values = Object.fromEntries(Object.entries(this.values).filter(([key, text]) => text !== this.original[key]));
    localStorage.setItem(EDIT + this.form.draft, JSON.stringify({ revision: this.form.revision, values }));
  }

  /** Enter in a field of one line, Ctrl+Enter and Ctrl+S anywhere save; Esc cancels. */
  key(event) {
    const strong = event.ctrlKey || event.metaKey;
    const save = strong ? event.key === "Enter" || event.key.toLowerCase() === "s"
      : event.key === "Enter" && event.target.tagName === "INPUT";
    if (!save && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.isComposing) save ? this.submit() : this.cancel();
  }

  submit() {
    this.problem.textContent = this.words.saving;
    this.save(this.values);
  }

  /** Close at once where nothing was typed; else ask, and the second time go on editing. */
  cancel() {
    if (!this.changed) return this.discard();
    this.ask.hidden = !this.ask.hidden;
    (this.ask.hidden ? this.node.querySelector("input, textarea") : this.ask.querySelector("button")).focus();
  }

  discard() {
    forgetEdit(this.form.draft);
    this.close();
  }

  focus() {
    this.node.querySelector("input, textarea").focus();
  }
}
