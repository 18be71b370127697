// The component `code`: makes the desk known to its loader, and keeps the reviewer's cookie.

function setCookie(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=34560000; SameSite=Lax${secure}`;
}

export default function ({ data }) {
  for (const [name, value] of Object.entries(data.cookies)) setCookie(name, value);
  globalThis.draftmillReady ??= new Promise((done) => { globalThis.draftmillLoaded = done; });
  globalThis.draftmillDesk ??= desk; // a script that is loaded again must not forget the desk that is open
  globalThis.draftmillDesk.style(data.css);
  globalThis.draftmillLoaded();
}
