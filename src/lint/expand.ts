/** Characters; what grows past it is no image name. */
const lengthLimit = 4096;

/**
 * Puts values in place of `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:+other}` and `${NAME+other}`.
 * Undefined when a value is not known, the form is another, or the text grows past 4096 characters. `$$` is a dollar when
 * `dollars` says so (Compose).
 */
export function expandVariables(
  text: string,
  valueOf: (name: string) => string | undefined,
  { dollars = false }: { dollars?: boolean } = {},
): string | undefined {
  return expand(text, valueOf, dollars, 0);
}

function expand(
  text: string,
  valueOf: (name: string) => string | undefined,
  dollars: boolean,
  depth: number,
): string | undefined {
  if (text.length > lengthLimit || depth > 8) return undefined;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    let part: string | undefined = c;
    if (c === '$' && dollars && text.charAt(i + 1) === '$') i++;
    else if (c === '$' && text.charAt(i + 1) === '{') {
      const close = closingBrace(text, i + 1);
      const form = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])([^]*))?$/.exec(text.slice(i + 2, close));
      if (close < 0 || !form) return undefined;
      const [, name = '', operator = '', word = ''] = form;
      part = choose(valueOf(name), operator, () => expand(word, valueOf, dollars, depth + 1));
      i = close;
    } else if (c === '$') {
      const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.slice(i + 1))?.[0];
      if (name === undefined) return undefined;
      part = valueOf(name);
      i += name.length;
    }
    if (part === undefined) return undefined;
    out += part;
    if (out.length > lengthLimit) return undefined;
  }
  return out;
}

function choose(value: string | undefined, operator: string, word: () => string | undefined): string | undefined {
  const given = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  if (operator.endsWith('-')) return given ? value : word();
  if (operator.endsWith('+')) return given ? word() : '';
  return value;
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '{') depth++;
    else if (c === '}' && --depth === 0) return i;
  }
  return -1;
}
