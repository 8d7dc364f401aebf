const token =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

type Wanted = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end';

/**
 * Where text stops being JSON (RFC 8259): offset, in characters, of the first token that may not stand there. Undefined
 * for a whole document. JSON.parse tells it of some faults only.
 */
export function findJsonFault(text: string): number | undefined {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  let at = 0;
  while (wanted !== ', or end' || open.length > 0) {
    token.lastIndex = at;
    const found = token.exec(text);
    const next: Wanted | undefined = found ? follow(wanted, found[1], found[2] !== undefined, open) : undefined;
    if (next === undefined) return at + spaces(text, at);
    wanted = next;
    at = token.lastIndex;
  }
  const rest = at + spaces(text, at);
  return rest < text.length ? rest : undefined;
}

/** What may come after the token; undefined when the token itself may not. Keeps what is open. */
function follow(wanted: Wanted, sign: string | undefined, isText: boolean, open: ('{' | '[')[]): Wanted | undefined {
  if (wanted === ':') return sign === ':' ? 'value' : undefined;
  if (wanted === ', or end') {
    if (sign === ',') return open.at(-1) === '{' ? 'key' : 'value';
    return (sign === '}' || sign === ']') && closes(sign, open) ? ', or end' : undefined;
  }
  if (wanted === 'key' || wanted === 'key or }') {
    if (isText) return ':';
    return wanted === 'key or }' && sign === '}' && closes(sign, open) ? ', or end' : undefined;
  }
  if (sign === undefined) return ', or end';
  if (sign === '{' || sign === '[') {
    open.push(sign);
    return sign === '{' ? 'key or }' : 'value or ]';
  }
  return wanted === 'value or ]' && sign === ']' && closes(sign, open) ? ', or end' : undefined;
}

function closes(sign: '}' | ']', open: ('{' | '[')[]): boolean {
  return open.pop() === (sign === '}' ? '{' : '[');
}

function spaces(text: string, at: number): number {
  return /^[ \t\n\r]*/.exec(text.slice(at))?.[0].length ?? 0;
}
