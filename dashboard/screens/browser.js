// Runs in the page whenever its data changes. Everything it is given is set as text.
const YEAR_S = 365 * 24 * 60 * 60;
const GONE_MS = 400; // what is drawn again within this time takes the focus back itself
const FOCUSABLE = "a[href], button:not(:disabled), input:not(:disabled), textarea, summary, [tabindex='0']";

/** Keeps the focus: it goes into a popover that a key opens, back to its button, and to the heading when its place is gone. */
class FocusKeeper {
  constructor() {
    document.addEventListener("focusin", (event) => { this.last = event.target; });
    new MutationObserver((changes) => this.look(changes)).observe(document.body, { childList: true, subtree: true });
  }

  look(changes) {
    for (const change of changes) {
      for (const node of change.addedNodes) this.enter(node);
    }
    if (document.activeElement !== document.body || !this.last || this.last.isConnected) return;
    this.last = null;
    setTimeout(() => this.recover(), GONE_MS);
  }

  enter(node) {
    const body = node.nodeType === Node.ELEMENT_NODE
      && (node.closest("[data-testid=stPopoverBody]") ?? node.querySelector("[data-testid=stPopoverBody]"));
    if (!body || body === this.body || !document.activeElement.matches("[aria-expanded=true]:focus-visible")) return;
    const first = body.querySelector(FOCUSABLE);
    if (!first) return;
    this.body = body;
    this.opener = document.activeElement;
    requestAnimationFrame(() => first.focus({ preventScroll: true }));
  }

  recover() {
    if (document.activeElement !== document.body) return;
    const heading = document.querySelector("[data-testid=stMain] h1");
    const place = this.opener?.isConnected ? this.opener : heading;
    this.opener = this.body = null;
    if (!place) return setTimeout(() => this.recover(), GONE_MS); // the next page is not drawn yet
    if (place === heading) heading.setAttribute("tabindex", "-1");
    place.focus({ preventScroll: true });
  }
}

export default function ({ data }) {
  globalThis.draftmillFocus ??= new FocusKeeper();
  document.documentElement.lang = data.lang;
  for (const [name, value] of Object.entries(data.cookies)) {
    document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
  }
}
