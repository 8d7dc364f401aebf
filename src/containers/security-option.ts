/** `WORD` and `VALUE` of `--security-opt`, and of `label` within it: `=` and `:` both separate. */
export function splitOption(text: string): readonly [string, string] {
  const at = text.search(/[:=]/);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
