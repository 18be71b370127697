// The desk: shows a draft, takes the keys, and goes on to the next draft at once. The server applies the presses in
// order; each carries the draft, the revision and the review state that were shown.

const MOST_HELD = 60;
const REMOUNT_MS = 5000; // an unmounted desk that is not mounted again within this time was left
const deskStyle = new CSSStyleSheet();

class Desk extends DeskView {
  constructor(given) {
    super();
    this.words = given.words;
    this.outbox = new Outbox();
    this.cards = new Map();
    this.at = null;
    this.reasonFor = null;
    this.message = given.message[0];
    this.given = given;
    this.answers = given.answers;
    this.keys = given.keys;
    this.draw();
  }

  /** Whether it is in the page, or will be there again: the page is the same one, and was not left. */
  stays() {
    if (this.root) return true;
    return location.href === this.address && performance.now() - this.leftAt < REMOUNT_MS;
  }

  attach(root) {
    if (this.root === root) return;
    this.root = root;
    root.adoptedStyleSheets = [deskStyle];
    root.append(this.node);
    this.seen();
    if (this.focused && document.activeElement === document.body) this.focused.focus({ preventScroll: true });
    if (this.outbox.length) queueMicrotask(() => this.send());
  }

  detach(root) {
    if (this.root !== root) return;
    this.focused = root.activeElement;
    this.root = null;
    this.leftAt = performance.now();
    this.node.remove();
  }

  // What the server says.

  receive(given) {
    const before = this.card;
    this.given = given;
    this.address = location.href;
    if (given.words.approve !== this.words.approve) this.redraw(given.words);
    for (const card of given.cards) this.cards.set(card.id, card);
    const confirmed = this.outbox.confirm(given.client === this.outbox.client ? given.applied : 0);
    if (given.jump !== this.jumped && !this.outbox.length) {
      this.jumped = given.jump;
      this.show(given.at);
    } else if (this.at === null) {
      this.show(this.next());
    } else {
      this.refresh();
    }
    this.say(before);
    this.receiveForm(given.form, confirmed.some((press) => press.act === "save"));
    this.forget();
    if (this.lacks()) this.send();
  }

  reviewOf(card) {
    return this.outbox.decisions().states.get(card.id) ?? card.review;
  }

  /** The server's message; without one, a change of the draft that is read is somebody else's. */
  say(before) {
    const [number, said, problem] = this.given.message;
    if (number === this.message) {
      const { card } = this;
      const changed = before && card?.id === before.id && (card.review !== before.review
        || card.revision !== before.revision);
      if (changed && !this.outbox.length) {
        this.tell(fill(this.words.changed, { draft: card.id, state: this.words.states[card.review] }), true);
      }
      return;
    }
    this.message = number;
    if (problem) this.tell(problem, true);
    else if (said && !this.outbox.length) this.tell(said);
  }

  receiveForm(form, saved) {
    if (this.outbox.holds("edit", "save", "close")) return;
    if (!form) {
      if (this.form && saved) forgetEdit(this.form.form.draft);
      if (this.form) this.endForm();
      return;
    }
    if (this.form && this.form.form.draft === form.draft) {
      if (saved || form.problem) this.form.problem.textContent = form.problem;
      return;
    }
    this.form = new Form(form, this.words, {
      save: (values) => this.press("save", { draft: form.draft, revision: form.revision, values }),
      close: () => { this.press("close", { draft: form.draft }); this.endForm(); },
    });
    this.paper.replaceChildren(this.form.node);
    this.head.hidden = true;
    this.toTop();
    this.form.focus();
  }

  endForm() {
    this.form = null;
    this.head.hidden = false;
    this.shown = null;
    this.refresh();
    this.holdFocus();
  }

  // What the person does.

  key(event) {
    if (!this.keys && event.key !== "?") return;
    const key = keyOf(event);
    if (key === null || this.form || this.node.querySelector("dialog")) return;
    if (event.timeStamp < this.since) return; // made on the draft or the text before this one
    const acts = { a: "approve", x: "reject", e: "edit", k: "previous", j: "next", s: "skip", b: "reopen",
      h: "answers", u: "undo", "?": "help" };
    const button = this.buttons[acts[key]];
    if (button) { if (!button.disabled && !button.hidden) button.click(); }
    else if (key === "g") this.jump();
    else if (key === "m" && this.card?.fix) this.press("fix", { draft: this.at });
    else if (key === "n" && this.card) this.node.querySelector("#dm-comment").focus();
    else if (/^[1-5]$/.test(key) && this.reasonFor) this.reason(this.reasonFor, this.words.reasonList[key - 1][0]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  decide(verdict) {
    const { card } = this;
    if (!card || this.reviewOf(card) === verdict) return;
    const { id: draft, revision } = card;
    const was = this.reviewOf(card);
    const next = this.next();
    this.press(verdict, { draft, revision, was }, next);
    this.tell(fill(this.words[verdict], { draft }));
    if (verdict === "rejected") this.askWhy(draft);
    this.show(next);
  }

  undo() {
    const last = this.outbox.decisions().decided.pop();
    this.press("undo", { batch: this.outbox.length ? 0 : this.given.undo?.batch });
    this.tell("");
    if (last) this.show(last.draft);
  }

  skip() {
    const draft = this.at;
    const next = this.next();
    this.press("skip", { draft }, next ?? draft);
    this.tell(fill(this.words.skipped, { draft }));
    this.show(next ?? draft);
  }

  move(draft) {
    if (!draft) return;
    this.tell("");
    this.askWhy(null);
    this.show(draft);
    this.send();
  }

  edit(draft = this.at) {
    if (draft) this.press("edit", { draft });
  }

  reason(draft, text) {
    if (text.trim()) this.press("reason", { draft, text });
    for (const one of this.why.querySelectorAll("button")) {
      one.setAttribute("aria-pressed", one.dataset.reason === text);
    }
  }

  comment(text) {
    this.press("comment", { draft: this.at, text });
  }

  toggleAnswers() {
    this.answers = !this.answers;
    setCookie("draftmill_answers", this.answers ? "1" : "0");
    this.send();
    this.refresh();
  }

  jump() {
    const { words } = this;
    const number = make("input", { type: "number", min: 1, id: "dm-number", "aria-label": words.number });
    const form = make("form", { onsubmit: (event) => {
      event.preventDefault();
      if (Number(number.value) > 0) this.press("go", { draft: Math.floor(Number(number.value)) });
      opened.close();
    } }, make("label", { for: "dm-number" }, words.number), number, make("button", { class: "dm-key dm-primary" }, words.go));
    const opened = dialog(this.node, words.jump, words, form);
    number.focus();
  }

  help() {
    const { words } = this;
    const box = make("input", { type: "checkbox", onchange: () => {
      this.keys = box.checked;
      setCookie("draftmill_keys", this.keys ? "1" : "0");
      this.send();
    } });
    box.checked = this.keys;
    dialog(this.node, words.help, words, make("label", { class: "dm-switch" }, box, words.keysOn), keyTable(words));
  }

  // What goes to the server.

  press(act, values, at = this.at) {
    if (act !== "reason") this.askWhy(null);
    this.outbox.add(act, values);
    this.send(at);
  }

  send(at = this.at) {
    const have = Object.fromEntries([...this.cards].map(([draft, card]) => [draft, card.stamp]));
    this.node.dataset.pending = this.outbox.length;
    this.setStateValue("sent", { client: this.outbox.client, at, answers: this.answers, keys: this.keys, have,
      presses: this.outbox.presses, sending: this.outbox.sending(() => this.root && this.send()) });
  }

  /** Cards of the window that are missing or out of date. */
  lacks() {
    const lacking = Object.entries(this.given.stamps).some(([draft, stamp]) =>
      this.cards.get(Number(draft))?.stamp !== stamp);
    const asked = JSON.stringify(this.given.stamps);
    const again = lacking && asked !== this.asked;
    this.asked = lacking ? asked : null;
    return again;
  }

  forget() {
    const needed = new Set([this.at, ...Object.keys(this.given.stamps).map(Number)]);
    for (const draft of this.cards.keys()) {
      if (this.cards.size <= MOST_HELD) return;
      if (!needed.has(draft)) this.cards.delete(draft);
    }
  }
}
