import type { Document, ParsedNode, YAMLMap } from 'yaml';
import { checks } from '../checks/all.js';
import { ImgcheckError } from '../core/error.js';
import { parseReference, type RegistryReference } from '../oci/reference.js';
import { profileNames, type Policy, type ProfileName, type Requirement } from './policy.js';

const requirements: readonly Requirement[] = ['required', 'advisory', 'off'];
const sizeLimit = 1024 * 1024;

/**
 * Reads imgcheck.yaml. Every key must be known and every value fit.
 * @throws ImgcheckError usage, with the file and line
 */
export async function parsePolicy(text: string, path: string): Promise<Policy> {
  if (text.length > sizeLimit)
    throw new ImgcheckError('usage', `the policy exceeds ${sizeLimit} bytes`, { subject: path });
  const { LineCounter, isMap, isScalar, isSeq, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document: Document.Parsed = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const wrong = (message: string, node: ParsedNode | { range?: readonly number[] | null } | null): ImgcheckError => {
    const at = lines.linePos(node?.range?.[0] ?? 0);
    return new ImgcheckError('usage', message, { subject: `${path}:${at.line}:${at.col}` });
  };
  const [problem] = document.errors;
  if (problem) {
    const at = lines.linePos(problem.pos[0]);
    throw new ImgcheckError('usage', problem.message.split('\n')[0] ?? 'not YAML', {
      subject: `${path}:${at.line}:${at.col}`,
    });
  }
  const root: ParsedNode | null = document.contents;
  if (!isMap(root)) throw wrong('the policy is not a map of keys', root);

  let profile: ProfileName = 'developer';
  let version: ParsedNode | null = root;
  const named = new Map<string, Requirement>();
  const bases: RegistryReference[] = [];
  const pairs = (map: YAMLMap.Parsed): { key: string; keyNode: ParsedNode; value: ParsedNode | null }[] =>
    map.items.map(({ key, value }) => {
      if (!isScalar(key) || typeof key.value !== 'string') throw wrong('a key must be a word', key);
      return { key: key.value, keyNode: key, value };
    });
  const word = <T extends string>(value: ParsedNode | null, of: readonly T[], what: string): T => {
    const found = isScalar(value) ? of.find((one) => one === value.value) : undefined;
    if (found === undefined) throw wrong(`${what} must be one of ${of.join(', ')}`, value);
    return found;
  };

  for (const { key, keyNode, value } of pairs(root)) {
    if (key === 'version') version = value;
    else if (key === 'profile') profile = word(value, profileNames, 'profile');
    else if (key === 'checks') {
      if (!isMap(value)) throw wrong('checks must be a map: check id to required, advisory or off', value);
      for (const { key: id, keyNode: node, value: asked } of pairs(value)) {
        if (!checks.some((check) => check.id === id)) throw wrong(`there is no check ${id}`, node);
        named.set(id, word(asked, requirements, `checks.${id}`));
      }
    } else if (key === 'bases') {
      if (!isSeq(value)) throw wrong('bases must be a list of image references', value);
      for (const item of value.items) {
        if (!isScalar(item) || typeof item.value !== 'string') throw wrong('a base must be an image reference', item);
        bases.push(parseBase(item.value, (message) => wrong(message, item)));
      }
    } else {
      throw wrong(`unknown key ${key}; known: version, profile, checks, bases`, keyNode);
    }
  }
  if (!isScalar(version) || version.value !== 1) throw wrong('version must be 1', version);
  return { from: path, profile, checks: named, bases };
}

function parseBase(text: string, wrong: (message: string) => ImgcheckError): RegistryReference {
  let reference;
  try {
    reference = parseReference(text);
  } catch (error) {
    if (error instanceof ImgcheckError) throw wrong(`${error.message}: ${text}`);
    throw error;
  }
  if (reference.transport !== 'docker') throw wrong(`a base must lie in a registry: ${text}`);
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}
