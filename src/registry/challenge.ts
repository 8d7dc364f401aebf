/** One way in that a 401 offers (RFC 9110, 11.6.1). */
export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** By lower-case name. */
  readonly parameters: Readonly<Record<string, string>>;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameterForm = new RegExp(`\\s*(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token}))\\s*(?:,|$)`, 'y');
const schemeForm = new RegExp(`[\\s,]*(${token})(?:\\s+|\\s*,|$)`, 'y');

/**
 * Parses a WWW-Authenticate value: any number of challenges, quoted strings with commas and escapes in them.
 * What does not follow the grammar ends the parse; what came before it counts.
 */
export function parseChallenges(value: string): readonly Challenge[] {
  const text = value.slice(0, 8192);
  const challenges: Challenge[] = [];
  let at = 0;
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    const found = form.exec(text);
    if (found) at = form.lastIndex;
    return found;
  };
  while (challenges.length < 16) {
    const scheme = take(schemeForm)?.[1];
    if (scheme === undefined) break;
    const parameters: Record<string, string> = Object.create(null) as Record<string, string>;
    for (let found = take(parameterForm); found; found = take(parameterForm)) {
      const [, name = '', quoted, plain = ''] = found;
      parameters[name.toLowerCase()] ??= quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1');
    }
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
  }
  return challenges;
}
