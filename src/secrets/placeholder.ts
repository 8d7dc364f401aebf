const words =
  'change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|this|with)|insert[-_ ]|fill[-_ ]|your[-_ ]?|my[-_ ]?(?:secret|token|password|key)|placeholder|dummy|sample|fake|redacted|' +
  'removed|hidden|masked|todo|tbd|example|invalid|not[-_ ]?(?:a[-_ ])?(?:real|secret|set|used)|none$|null$|nil$|undefined$|empty$|unset$|true$|false$|yes$|no$|' +
  'password\\d{0,4}$|passwd$|passphrase$|secret$|token$|value$|string$|foo(?:bar)?$|bar$|baz$|test(?:ing)?\\d{0,4}$|xxx|yyy|zzz|\\.\\.\\.|\\*\\*\\*';
const starts = new RegExp(`^(?:${words})`, 'i');
const contains = /example|placeholder|change[-_]?me|x{6}|\*{4}|\.{3}|abcdefghijklmnop|1234567890|0123456789/i;

/** A variable, a template's blank, the output of a command, a format: the value stands elsewhere. */
const reference = /^(?:\$\w+|[@%]\w+[@%]?|<[^<>]{0,200}>|\[[^[\]]{0,200}\]|%[sdr])$|\$[({]|\$[A-Z_]{2}|`|\{\{|%\(/;

/** Whether a password or token is only the picture of one: a blank to fill in, a variable, a sample out of a manual. */
export function isPlaceholder(value: string): boolean {
  const bare = value.replace(/^["']|["']$/g, '');
  return bare.length < 3 || reference.test(bare) || starts.test(bare) || contains.test(bare) || distinct(bare) < 3;
}

function distinct(text: string): number {
  return new Set(text.slice(0, 1000)).size;
}

/** Shannon's, in bits a character, of at most the first thousand: what is drawn at random has much of it. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  const looked = text.slice(0, 1000);
  for (const c of looked) counts.set(c, (counts.get(c) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / looked.length) * Math.log2(count / looked.length);
  return bits;
}
