// Runs in the page whenever its data changes. Everything it is given is set as text.
const YEAR_S = 365 * 24 * 60 * 60;

export default function ({ data }) {
  document.documentElement.lang = data.lang;
  for (const [name, value] of Object.entries(data.cookies)) {
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${YEAR_S}; samesite=lax`;
  }
}
