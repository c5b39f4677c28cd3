import { gzipSync } from 'node:zlib';

const bytesOf = (text: string) => [...Buffer.from(text)];
const hex = (byte: number) => byte.toString(16).padStart(2, '0');
const each = (text: string, write: (code: number) => string) => bytesOf(text).map(write).join('');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const wide = (text: string) =>
  text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
const rot13 = (text: string) =>
  text.replace(/[a-z]/gi, (letter) => {
    const first = letter < 'a' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });

/** Ways to write a text that someone may use to hide it, or a tool without any thought of hiding. */
export const encodings: Readonly<Record<string, (text: string) => string>> = {
  itself: (text) => text,
  'upper case': (text) => text.toUpperCase(),
  'full-width letters': wide,
  'line breaks and spaces': (text) => text.replace(/.{3}/gs, '$&\n   '),
  'string literals put together': (text) =>
    text
      .match(/.{1,4}/gs)
      ?.map((part) => `"${part}"`)
      .join(' + ') ?? '',
  base64,
  'base64 in short lines': (text) => base64(text).replace(/.{6}/g, '$&\n'),
  'base64 of lower case': (text) => base64(text.toLowerCase()),
  'base64 of UTF-16': (text) => Buffer.from(text, 'utf16le').toString('base64'),
  base64url: (text) => Buffer.from(`${text}ÿÿ~~~`).toString('base64url'),
  hex: (text) => each(text, hex),
  'hex in upper case with colons': (text) => bytesOf(text).map(hex).join(':').toUpperCase(),
  'hex as a list of numbers': (text) =>
    bytesOf(text)
      .map((byte) => `0x${hex(byte)}`)
      .join(', '),
  'hex escapes': (text) => each(text, (byte) => `\\x${hex(byte)}`),
  'octal escapes': (text) => each(text, (byte) => `\\${byte.toString(8).padStart(3, '0')}`),
  'decimal numbers': (text) => bytesOf(text).join(', '),
  'URL escapes': (text) => each(text, (byte) => `%${hex(byte)}`),
  'URL escapes where they are needed': encodeURIComponent,
  'JSON escapes': (text) => each(text, (code) => `\\u00${hex(code)}`),
  'every other letter as a JSON escape': (text) =>
    [...text].map((letter, at) => (at % 2 ? `\\u00${hex(letter.charCodeAt(0))}` : letter)).join(''),
  'HTML entities': (text) => each(text, (code) => `&#${code};`),
  'HTML entities in hex': (text) => each(text, (code) => `&#x${hex(code)};`),
  reversed: (text) => [...text].reverse().join(''),
  ROT13: rot13,
  'gzip in base64': (text) => gzipSync(text).toString('base64'),
  'gzip in wrapped base64': (text) =>
    gzipSync(`${text} and so on`).toString('base64').replace(/.{24}/g, '$&\n'),
  'gzip in hex': (text) => gzipSync(text).toString('hex'),
};
