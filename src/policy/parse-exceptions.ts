import { checks } from '../checks/all.js';
import { isDigest } from '../oci/digest.js';
import { globLimit } from './glob.js';
import type { Exception, ExceptionMatch } from './exception.js';
import type { YamlNode, YamlPair, YamlReader } from './yaml-reader.js';

/** Of one file: each is put to every finding of its check. */
const exceptionLimit = 1000;
/** Characters of reason and owner, which stand in every report. */
const textLimit = 500;

const keys = ['check', 'match', 'digest', 'reason', 'owner', 'expiry'] as const;
const matchKeys = ['path', 'package', 'image'] as const;

/** The exceptions of a policy file. @throws ImgcheckError usage, with the file, line and column */
export function readExceptions(node: YamlNode, read: YamlReader): readonly Exception[] {
  const items = read.items(node, 'exceptions');
  if (items.length > exceptionLimit) throw read.wrong(`more than ${exceptionLimit} exceptions`, node);
  return items.map((item) => readException(item, read));
}

function readException(item: YamlNode, read: YamlReader): Exception {
  const pairs = new Map(read.pairs(item, 'an exception', keys).map((pair) => [pair.key, pair]));
  const need = (key: (typeof keys)[number]): YamlPair => {
    const pair = pairs.get(key);
    if (!pair) throw read.wrong(`an exception needs ${article[key] ?? 'a'} ${key}`, item);
    return pair;
  };
  const check = readCheck(need('check').value, read);
  const said = pairs.get('match');
  const match = said ? readMatch(said.value, read) : {};
  const digest = pairs.get('digest');
  if (!said && !digest) {
    const message = `an exception needs a match or a digest; for every image, set checks.${check} to advisory`;
    throw read.wrong(message, item);
  }
  return {
    check,
    match,
    ...(digest ? { digest: readDigest(digest.value, read) } : {}),
    reason: readWords(need('reason').value, 'reason', read),
    owner: readWords(need('owner').value, 'owner', read),
    expiry: readDay(need('expiry').value, read),
    from: read.lineOf(item),
  };
}

const article: Readonly<Record<string, string>> = { owner: 'an', expiry: 'an' };

function readCheck(node: YamlNode, read: YamlReader): string {
  const text = read.text(node, 'check');
  if (!checks.some(({ id }) => id === text)) throw read.wrong(`there is no check ${text}`, node);
  return text;
}

function readMatch(node: YamlNode, read: YamlReader): ExceptionMatch {
  const pairs = read.pairs(node, 'match', matchKeys);
  if (pairs.length === 0) throw read.wrong('match must name a path, a package or an image', node);
  const match = Object.fromEntries(pairs.map(({ key, value }) => [key, readGlob(value, key, read)]));
  const second = pairs.find(({ key }) => key === 'package');
  if ('path' in match && second) {
    throw read.wrong('a match names a path or a package, not both: write two exceptions', second.keyNode);
  }
  return match;
}

function readGlob(node: YamlNode, key: string, read: YamlReader): string {
  const text = read.text(node, `match.${key}`);
  if (text.length > globLimit) throw read.wrong(`match.${key} exceeds ${globLimit} characters`, node);
  if (key === 'path' && !text.startsWith('/')) throw read.wrong('match.path must begin with /', node);
  return text;
}

function readDigest(node: YamlNode, read: YamlReader): NonNullable<Exception['digest']> {
  const text = read.text(node, 'digest');
  if (!isDigest(text)) throw read.wrong('digest must be sha256: and 64, or sha512: and 128, hex digits', node);
  return text;
}

function readWords(node: YamlNode, key: string, read: YamlReader): string {
  const text = read.text(node, key).trim();
  if (text === '') throw read.wrong(`${key} must say something`, node);
  if (text.length > textLimit) throw read.wrong(`${key} exceeds ${textLimit} characters`, node);
  return text;
}

function readDay(node: YamlNode, read: YamlReader): string {
  const text = read.text(node, 'expiry');
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  // A day that the month does not have may be read as one of the next.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw read.wrong(`expiry must be a day, as 2030-12-31: ${text}`, node);
  }
  return text;
}
