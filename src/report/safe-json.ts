import { ImgcheckError } from '../core/error.js';

/** What a terminal or an editor could take for an order, and JSON.stringify lets through. */
const unsafe =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/**
 * JSON that prints safely: the same document to every parser, with everything invisible or reordering written as \u escapes.
 * @throws ImgcheckError hostile for one that is longer than a string can be (half a gigabyte)
 */
export function safeJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent).replace(unsafe, (char) =>
      [...Array(char.length).keys()].map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
    );
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ImgcheckError('hostile', 'the image holds more than a report can', { cause });
  }
}
