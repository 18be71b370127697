// The presses that the server has not confirmed. Each has a number, and is sent again with the later ones until then.

const OUTBOX = "draftmill.outbox";
const DECISIONS = ["approved", "rejected"];
const CONFIRM_MS = 2000;

class Outbox {
  constructor() {
    this.client = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join("");
    this.number = 0;
    this.sendings = 0;
    this.presses = this.left();
    this.store();
  }

  get length() {
    return this.presses.length;
  }

  add(act, values) {
    this.number += 1;
    this.presses.push({ number: this.number, act, ...values });
    this.store();
  }

  /** The number of a sending, so that no two are the same; unconfirmed presses are sent again, as a click elsewhere on the
      page can stop the server before it has applied them. */
  sending(again) {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.length && again(), CONFIRM_MS);
    return this.sendings += 1;
  }

  /** Drop the presses up to a number; returns them. */
  confirm(number) {
    const confirmed = this.presses.filter((press) => press.number <= number);
    this.presses = this.presses.filter((press) => press.number > number);
    this.store();
    return confirmed;
  }

  holds(...acts) {
    return this.presses.some((press) => acts.includes(press.act));
  }

  /** The decisions that are not undone again, and the review states they leave. */
  decisions() {
    const states = new Map();
    const decided = [];
    for (const press of this.presses) {
      if (DECISIONS.includes(press.act)) {
        states.set(press.draft, press.act);
        decided.push(press);
      } else if (press.act === "undo" && decided.length) {
        const undone = decided.pop();
        states.set(undone.draft, undone.was);
      }
    }
    return { states, decided };
  }

  /** The drafts that the presses take out of the queue. */
  gone() {
    const skipped = this.presses.filter((press) => press.act === "skip");
    return new Set([...this.decisions().decided, ...skipped].map((press) => press.draft));
  }

  /** Of the page before this one: a decision is sent again, because it names what it replaces; the rest is not. */
  left() {
    let left = null;
    try {
      left = JSON.parse(sessionStorage.getItem(OUTBOX));
    } catch {
      return [];
    }
    const decisions = (left ?? []).filter((press) => DECISIONS.includes(press.act));
    return decisions.map((press) => ({ ...press, number: this.number += 1 }));
  }

  store() {
    sessionStorage.setItem(OUTBOX, JSON.stringify(this.presses));
  }
}
