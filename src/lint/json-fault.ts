/**
 * Offset of the first character that is no JSON (RFC 8259); undefined for a JSON text. YAML readers take comments, trailing
 * commas and bare words, the engines that read such a file do not.
 */
export function findJsonFault(text: string): number | undefined {
  const token =
    /[ \t\r\n]*(?:("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true\b|false\b|null\b)|([{}[\],:]))/y;
  const open: ('{' | '[')[] = [];
  let expected: 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' = 'value';
  let done = false;
  for (;;) {
    const before = token.lastIndex;
    const found = token.exec(text);
    if (!found) {
      const rest = before + (/^[ \t\r\n]*/.exec(text.slice(before))?.[0].length ?? 0);
      return done && rest === text.length ? undefined : rest;
    }
    const [whole, string, literal, mark] = found;
    const at = found.index + whole.length - (string ?? literal ?? mark ?? '').length;
    if (done) return at;
    const wantsValue = expected === 'value' || expected === 'value-or-end';
    if (string !== undefined && (expected === 'key' || expected === 'key-or-end')) expected = 'colon';
    else if ((string ?? literal) !== undefined && wantsValue) expected = 'comma-or-end';
    else if ((mark === '{' || mark === '[') && wantsValue) {
      open.push(mark);
      expected = mark === '{' ? 'key-or-end' : 'value-or-end';
    } else if (mark === ':' && expected === 'colon') expected = 'value';
    else if (mark === ',' && expected === 'comma-or-end') expected = open.at(-1) === '{' ? 'key' : 'value';
    else if (
      (mark === '}' && open.at(-1) === '{' && (expected === 'key-or-end' || expected === 'comma-or-end')) ||
      (mark === ']' && open.at(-1) === '[' && (expected === 'value-or-end' || expected === 'comma-or-end'))
    ) {
      open.pop();
      expected = 'comma-or-end';
    } else return at;
    done = open.length === 0 && expected === 'comma-or-end';
  }
}
