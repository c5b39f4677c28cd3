import { createHash } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export const hashOf = (text: string): string => digest(text).toString('base64url');

/** The first half of a token's hash, by which an ID token names it. */
export const halfHash = (text: string): string => digest(text).subarray(0, 16).toString('base64url');
