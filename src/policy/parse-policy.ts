import type { Document, ParsedNode, YAMLMap } from 'yaml';
import { checks } from '../checks/all.js';
import { ImgcheckError } from '../core/error.js';
import { parseReference, type RegistryReference } from '../oci/reference.js';
import { profileNames, type Policy, type PolicyRepository, type ProfileName, type Requirement } from './policy.js';

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
  const rpmKeys: string[] = [];
  const repositories: PolicyRepository[] = [];
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

  const texts = (value: ParsedNode | null, message: string): { text: string; node: ParsedNode }[] => {
    if (!isSeq(value)) throw wrong(message, value);
    return value.items.map((node) => {
      if (!isScalar(node) || typeof node.value !== 'string') throw wrong(message, node);
      return { text: node.value, node };
    });
  };
  const repositoryOf = (item: ParsedNode): PolicyRepository => {
    if (isScalar(item) && typeof item.value === 'string') return { location: item.value };
    if (!isMap(item)) throw wrong('a repository must be a URL or folder, or a map with location, id and version', item);
    const said = new Map<string, string>();
    for (const { key, keyNode, value } of pairs(item)) {
      if (!['location', 'id', 'version'].includes(key)) throw wrong(`unknown key ${key} of a repository`, keyNode);
      if (!isScalar(value) || typeof value.value !== 'string') throw wrong(`${key} must be text, in quotes`, value);
      said.set(key, value.value);
    }
    const location = said.get('location');
    if (location === undefined) throw wrong('a repository needs a location', item);
    const [id, version] = [said.get('id'), said.get('version')];
    return { location, ...(id === undefined ? {} : { id }), ...(version === undefined ? {} : { version }) };
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
      for (const { text: name, node } of texts(value, 'bases must be a list of image references')) {
        bases.push(parseBase(name, (message) => wrong(message, node)));
      }
    } else if (key === 'rpmKeys') {
      rpmKeys.push(...texts(value, 'rpmKeys must be a list of files and folders').map((item) => item.text));
    } else if (key === 'repositories') {
      if (!isSeq(value)) throw wrong('repositories must be a list', value);
      for (const item of value.items) repositories.push(repositoryOf(item));
    } else {
      throw wrong(`unknown key ${key}; known: version, profile, checks, bases, repositories, rpmKeys`, keyNode);
    }
  }
  if (!isScalar(version) || version.value !== 1) throw wrong('version must be 1', version);
  return { from: path, profile, checks: named, bases, rpmKeys, repositories };
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
