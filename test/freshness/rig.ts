import { ImgcheckError, type ErrorKind } from '../../src/core/error.js';
import type { Digest } from '../../src/oci/digest.js';
import { parsePlatform } from '../../src/oci/platform.js';
import { formatReference, parseReference, type ImageReference } from '../../src/oci/reference.js';
import type { TagList, Upstream } from '../../src/freshness/upstream.js';
import type { Image } from '../../src/source/image.js';
import { resolveImage } from '../../src/source/resolve.js';
import { verified } from '../../src/source/verified.js';
import { buildImage, buildIndex, MemoryTransport, type BuiltImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';

export interface MakeImage {
  /** A word a layer: equal words are equal layers. */
  readonly layers: readonly string[];
  readonly created?: string;
  /** RFC 3339 a layer; all of them at `created` unless told. */
  readonly dates?: readonly string[];
  readonly history?: readonly Readonly<Record<string, unknown>>[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly compression?: 'gzip' | 'none';
  readonly platform?: string;
  /** Within an index of this platform and the others named, which hold other layers. */
  readonly beside?: readonly string[];
}

export const baseName = 'org.opencontainers.image.base.name';
export const baseDigest = 'org.opencontainers.image.base.digest';
export const someTime = '2024-05-01T00:00:00Z';

export function tarOf(word: string): Uint8Array {
  return buildTar([{ path: `${word}.txt`, body: word }]);
}

/** The bytes of an image; the same input gives the same digests. */
export function build(input: MakeImage): BuiltImage {
  const { layers, created = someTime, dates, history, labels, annotations, compression, platform } = input;
  const lines = layers.map((word, i) => ({ created: dates?.[i] ?? created, created_by: `RUN make ${word}` }));
  return buildImage({
    layers: layers.map(tarOf),
    history: history ?? lines,
    config: { created },
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
    ...(compression ? { compression } : {}),
    ...(platform ? { platform } : {}),
  });
}

/** An image as it is resolved, out of memory. */
export async function makeImage(name: string, input: MakeImage): Promise<Image> {
  const built = build(input);
  const { beside, platform = 'linux/amd64' } = input;
  const others = (beside ?? []).map((other) => build({ layers: [`${other} of ${name}`], platform: other }));
  const top = beside ? buildIndex([built, ...others]) : built;
  const source = verified(new MemoryTransport(top, parseReference(name)));
  return resolveImage(source, { platform: parsePlatform(platform) });
}

/** What there is outside: images and failures by name, tags by repository. It notes what it is asked. */
export class FakeUpstream implements Upstream {
  readonly asked: string[] = [];
  readonly #images = new Map<string, Image | ImgcheckError>();
  readonly #tags = new Map<string, string[]>();
  readonly #lists = new Map<string, TagList | ImgcheckError>();

  /** The image under its name and its digests. */
  async put(name: string, input: MakeImage): Promise<Image> {
    const image = await makeImage(name, input);
    this.add(name, image);
    return image;
  }

  add(name: string, image: Image): void {
    this.#note(name, image);
    const repository = name.replace(/:[^:/]*$/, '');
    for (const digest of [image.resolved.digest, image.descriptor.digest]) {
      this.#images.set(`${repository}@${digest}`, image);
    }
  }

  fail(name: string, kind: ErrorKind, message = `no luck with ${name}`): void {
    this.#note(name, new ImgcheckError(kind, message, { hint: 'do something about it' }));
  }

  /** Instead of the tags that were put. */
  list(repository: string, tags: readonly string[] | ImgcheckError, complete = true): void {
    this.#lists.set(repository, tags instanceof ImgcheckError ? tags : { tags, complete });
  }

  image(reference: ImageReference): Promise<Image> {
    const name = formatReference(reference);
    this.asked.push(name);
    const found = this.#images.get(name) ?? new ImgcheckError('missing', `the registry has no manifest ${name}`);
    return found instanceof ImgcheckError ? Promise.reject(found) : Promise.resolve(found);
  }

  tags(reference: ImageReference): Promise<TagList> {
    const repository = formatReference(reference)
      .replace(/@.*$/, '')
      .replace(/:[^:/]*$/, '');
    this.asked.push(`${repository} tags`);
    const list = this.#lists.get(repository) ?? { tags: this.#tags.get(repository) ?? [], complete: true };
    return list instanceof ImgcheckError ? Promise.reject(list) : Promise.resolve(list);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #note(name: string, what: Image | ImgcheckError): void {
    this.#images.set(name, what);
    const [, repository = name, tag] = /^(.*):([^:/@]+)$/.exec(name) ?? [];
    if (tag === undefined || name.includes('@')) return;
    const known = this.#tags.get(repository) ?? [];
    if (!known.includes(tag)) this.#tags.set(repository, [...known, tag]);
  }
}

export function digestOfZeros(): Digest {
  return `sha256:${'0'.repeat(64)}`;
}
