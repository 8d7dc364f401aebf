import { isImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import type { Analyzer, LayerFile, Located } from '../layer/analyzer.js';

/**
 * A file that Red Hat's builds leave in the layer they add: the resolved Dockerfile, the image's labels, or the manifest
 * of its content. A claim, like everything in an image.
 */
export interface BuildInfo extends Located {
  readonly kind: 'dockerfile' | 'labels' | 'content-manifest' | 'unread';
  /** With `-` for `/`; empty where the file does not say. */
  readonly name: string;
  readonly version: string;
  readonly release: string;
  /** What the Dockerfile's FROM lines say, top first. */
  readonly from: readonly string[];
  /** The position that a content manifest says its layer had (image_layer_index), from 0. */
  readonly layerIndex?: number;
  /** Why it tells nothing, in words. */
  readonly problem?: string;
}

const folders = ['root/buildinfo', 'usr/share/buildinfo'] as const;
/** More than any chain of images leaves in one layer. */
const fileLimit = 100;
/** Of one layer's JSON. */
const parsedLimit = 8 * 1024 ** 2;
const fromLimit = 20;
const fromLength = 300;
const pathLength = 300;
/** What RPM allows in names, versions and releases, and no longer than a file's name may be. */
const nvrForm = /^([\w.~^+-]{1,200})-([\w.~^+]{1,100})-([\w.~^+]{1,100})$/;

export const buildInfo: Analyzer<BuildInfo> = {
  name: 'build-info',
  version: 1,
  paths: folders.flatMap((folder) => [`${folder}/*`, `${folder}/content_manifests/*`]),
  maxBytes: 4 * 1024 ** 2,
  create() {
    const found = new Map<string, BuildInfo>();
    let parsed = 0;
    let left = 0;
    return {
      file(file) {
        const { path, size } = file.entry;
        if ((!file.body && !file.error) || !isBuildInfo(path)) return;
        if (found.size >= fileLimit) {
          left++;
          return;
        }
        if (path.endsWith('.json')) parsed += size;
        found.set(path, parsed > parsedLimit ? unread(path, 'is past the limit of one layer') : readBuildInfo(file));
      },
      replaced: (path) => void found.delete(path),
      end: () => [
        ...found.values(),
        ...(left > 0 ? [{ ...unread(folders[0], `has ${left} more files of build info`), directory: true }] : []),
      ],
    };
  },
};

function isBuildInfo(path: string): boolean {
  return /\/Dockerfile-[^/]*$/.test(path) || path.endsWith('.json');
}

function readBuildInfo({ entry, body, error }: LayerFile): BuildInfo {
  const { path } = entry;
  if (!body) return unread(path, error?.message ?? 'could not be read');
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (!file.endsWith('.json')) {
    const nvr = parseNvr(file.slice('Dockerfile-'.length));
    if (!nvr) return unread(path, 'does not say name, version and release');
    return { path, kind: 'dockerfile', ...nvr, from: fromLines(body) };
  }
  try {
    const fields = new Fields(parseJson(body, 'it'), 'it');
    return file === 'labels.json' ? readLabels(path, fields) : readContentManifest(path, file, fields);
  } catch (thrown) {
    if (!isImgcheckError(thrown, 'hostile')) throw thrown;
    return unread(path, thrown.message.replace(/^it(?=[ .])\.?/, '').trim());
  }
}

function unread(path: string, problem: string): BuildInfo {
  return { path, kind: 'unread', name: '', version: '', release: '', from: [], problem: problem.slice(0, pathLength) };
}

function readLabels(path: string, fields: Fields): BuildInfo {
  const text = (key: string): string => (fields.optionalString(key) ?? '').slice(0, 200);
  const name = text('name').replaceAll('/', '-');
  return { path, kind: 'labels', name, version: text('version'), release: text('release'), from: [] };
}

/** Its file is named for the build (`ubi9-container-9.4-1123.json`), whose name ends in what it makes. */
function readContentManifest(path: string, file: string, fields: Fields): BuildInfo {
  const layerIndex = fields.optionalObject('metadata')?.optionalSize('image_layer_index');
  const { name, ...vr } = parseNvr(file.slice(0, -'.json'.length)) ?? { name: '', version: '', release: '' };
  return {
    path,
    kind: 'content-manifest',
    name: name.replace(/-container$/, ''),
    ...vr,
    from: [],
    ...(layerIndex === undefined ? {} : { layerIndex }),
  };
}

/** Version and release are the last two parts; the name may have any number. */
export function parseNvr(text: string): Pick<BuildInfo, 'name' | 'version' | 'release'> | undefined {
  const [, name, version, release] = nvrForm.exec(text) ?? [];
  return name === undefined || version === undefined || release === undefined ? undefined : { name, version, release };
}

/** The arguments of FROM instructions, but for a line that goes on with the one before it. */
function fromLines(body: Uint8Array): readonly string[] {
  const found: string[] = [];
  let goesOn = false;
  for (const line of new TextDecoder().decode(body).split('\n')) {
    const text = line.trim();
    const from = goesOn ? undefined : /^FROM\s+(?:--\S+\s+)*(\S.*)$/i.exec(text)?.[1];
    goesOn = text.endsWith('\\') || (goesOn && text.startsWith('#'));
    if (from !== undefined && found.length < fromLimit) found.push(from.slice(0, fromLength));
  }
  return found;
}
