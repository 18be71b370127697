// Keeps the Launch form in the browser's storage, so that a refresh loses nothing that was typed, sent or not.
const KEY = "draftmill.launch";
let typing = null;

export default function ({ data, setTriggerValue }) {
  const typed = {};
  const remember = () => localStorage.setItem(KEY, JSON.stringify({ ...data.values, ...typed }));
  if (typing) document.removeEventListener("input", typing);
  typing = (event) => {
    const field = event.target.closest?.("[class*=st-key-]");
    const key = Object.keys(data.typed).find((one) => field?.classList.contains(`st-key-${one}`));
    if (!key) return;
    typed[data.typed[key]] = event.target.value;
    remember();
  };
  document.addEventListener("input", typing);

  const kept = data.ask ? localStorage.getItem(KEY) : null;
  if (kept) setTriggerValue("kept", kept);
  else remember();
  return () => document.removeEventListener("input", typing);
}
