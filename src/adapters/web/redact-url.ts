const SECRET_PARAMETER = /api_?key|(^|[_.-])key$|token|secret|passw|^auth(?!or)|signature|^sig$|credential|session/i;
const LONGEST = 4096;

/** A URL as it may be written down: without credentials, fragment, and the values of parameters whose names speak of secrets. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return text.replace(/\/\/[^/@]*@/, '//').slice(0, 200);
  const url = new URL(text);
  url.username = '';
  url.password = '';
  url.hash = '';
  for (const name of new Set(url.searchParams.keys())) if (SECRET_PARAMETER.test(name)) url.searchParams.set(name, '…');
  return url.href.slice(0, LONGEST);
}
