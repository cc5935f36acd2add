const SECRET_PARAMETER = /api_?key|(^|[_.-])key$|token|secret|passw|^auth(?!or)|signature|^sig$|credential|session/i;
const LONGEST_URL = 4096;
const LONGEST_MESSAGE = 500;

/** A URL as it may be written down: without credentials, fragment, and the values of parameters whose names speak of secrets. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return text.replace(/\/\/[^/@]*@/, '//').slice(0, 200);
  const url = new URL(text);
  url.username = '';
  url.password = '';
  url.hash = '';
  for (const name of new Set(url.searchParams.keys())) if (SECRET_PARAMETER.test(name)) url.searchParams.set(name, '…');
  return url.href.slice(0, LONGEST_URL);
}

const URL_IN_TEXT = /\b([a-z][a-z0-9+.-]*):\/\/[^\s"'<>]+/gi;
const SECRET = /\b(?:isk|sk|pk|hf|ghp|gho|xoxb|AKIA)[-_]?[\w-]{12,}|\bBearer\s+\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;

/** Keys and passwords taken out of a text that may otherwise be shown to whoever it speaks to. */
export function redactSecrets(text: string): string {
  return text.replace(URL_IN_TEXT, (url) => (/[@?]/.test(url) ? redactUrl(url) : url)).replace(SECRET, '[secret]');
}

/** What stands in marks may be the user's, the provider's or a source's: from the first mark to the last, since what is quoted may hold marks itself. */
const QUOTED = /["“„«](?:.*["”“»]|.*$)|(?<![\p{L}\d])'.*'(?![\p{L}\d])/gsu;
const PATH = /(?:[A-Za-z]:)?[\\/]?(?:[^\s"'(),;:\\/]+[\\/])+[^\s"'(),;:]*|(?<=\s)\/[^\s"'(),;]+/g;
const FILE = /[^\s"'(),;:/\\]+\.(?=[a-z0-9]*[a-z])[a-z0-9]{2,5}\b(?!\()/gi;

/**
 * An error's message for a log that others read: nothing that is quoted, no path or file name, of a URL its host alone, no key, one line, 500 characters.
 * Messages of {@link IsthmusError} put what came from outside into marks, so what is left are our words and figures.
 */
export function redactMessage(message: string): string {
  return message
    .replace(URL_IN_TEXT, hostOf)
    .replace(QUOTED, '[quoted]')
    .replace(PATH, '[path]')
    .replace(FILE, '[file]')
    .replace(SECRET, '[secret]')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST_MESSAGE);
}

/** Colons and dots would be taken for a path below. */
function hostOf(text: string): string {
  return URL.canParse(text) && new URL(text).host !== '' ? `[url at ${new URL(text).hostname.replaceAll('.', '·')}]` : '[url]';
}
