import type { Browser, Page } from 'playwright-core';

/** Chromium from the system's packages or `DF_CHROMIUM`. */
export function launchBrowser(): Promise<Browser>;

/** A 1400 × 900 page from which nothing leaves this machine. */
export function newPage(browser: Browser): Promise<Page>;
