import type { Bytes } from '../core/stream.js';
import type { Descriptor } from '../oci/descriptor.js';
import type { ImageReference } from '../oci/reference.js';

/** A manifest (or index) as it came: the bytes are what every digest and signature is about, so they are kept raw. */
export interface RawManifest {
  /** The descriptor the reference resolved to: media type as served, digest of these very bytes, their size. */
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/**
 * What one writes to add a place where images lie. Nothing that it yields is believed:
 * `verified()` wraps every transport and hashes each byte.
 */
export interface Transport {
  readonly reference: ImageReference;
  /** The manifest or index that the reference names now. @throws ImgcheckError missing, auth, network, tls, usage */
  resolve(): Promise<RawManifest>;
  /** A manifest, config or layer by descriptor; unverified. */
  fetch(descriptor: Descriptor): Bytes;
  /** Artifacts that name the descriptor as their subject; [] where the transport has no such notion. */
  referrers(descriptor: Descriptor): Promise<readonly Descriptor[]>;
  /** Frees what is open (files, sockets). */
  close(): Promise<void>;
}

declare const verifiedMark: unique symbol;
/** Bytes that fail, with kind `integrity`, before they end unless size and digest are those of their descriptor. */
export type VerifiedBytes = Bytes & { readonly [verifiedMark]: true };

/** What one gets: the same image, every byte verified. */
export interface ImageSource {
  readonly reference: ImageReference;
  resolve(): Promise<RawManifest>;
  fetch(descriptor: Descriptor): VerifiedBytes;
  /** Whole and verified, for documents. @throws ImgcheckError hostile when the descriptor's size exceeds `limit` */
  document(descriptor: Descriptor, limit?: number): Promise<Uint8Array>;
  referrers(descriptor: Descriptor): Promise<readonly Descriptor[]>;
  close(): Promise<void>;
}
