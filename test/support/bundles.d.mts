import type { BuildOptions } from 'esbuild';

export const nodeOptions: BuildOptions;
export const moduleOptions: BuildOptions;
