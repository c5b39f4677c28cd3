import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  commands,
  contextKeys,
  settings,
  settingsSection,
  timelinePanel,
  views,
} from '../../src/shared/contributions';
import { specLanguage } from '../../src/shared/languageProtocol';

interface Manifest {
  activationEvents: string[];
  icon: string;
  contributes: {
    commands: { command: string; category: string; enablement?: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    configuration: {
      properties: Record<string, { scope?: string; markdownDescription?: string; default?: unknown }>;
    }[];
    views: Record<string, { id: string }[]>;
    viewsContainers: Record<string, { id: string; icon: string }[]>;
    viewsWelcome: { view: string; contents: string; when?: string }[];
    languages: { id: string; configuration: string }[];
    grammars: { path: string }[];
    walkthroughs: { steps: { media: { markdown: string }; completionEvents: string[] }[] }[];
  };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const texts = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const { contributes } = manifest;
const properties = Object.assign({}, ...contributes.configuration.map((one) => one.properties)) as Record<
  string,
  { scope?: string; markdownDescription?: string; default?: unknown }
>;
const sorted = (items: Iterable<string>): string[] => [...items].sort();

/** All `when` and `enablement` clauses. */
function clauses(): string[] {
  const menus = Object.values(contributes.menus).flat();
  return [
    ...menus.map(({ when }) => when),
    ...contributes.viewsWelcome.map(({ when }) => when),
    ...contributes.commands.map(({ enablement }) => enablement),
  ].filter((clause) => clause !== undefined);
}

describe('the manifest', () => {
  it('contributes exactly the commands that code registers, in one category', () => {
    assert.deepEqual(
      sorted(contributes.commands.map(({ command }) => command)),
      sorted(Object.values(commands)),
    );
    assert.deepEqual([...new Set(contributes.commands.map(({ category }) => category))], ['Dark Factory']);
  });

  it('names only known commands in menus, walkthroughs and welcome texts', () => {
    const known = new Set<string>(Object.values(commands));
    const named = [
      ...Object.values(contributes.menus)
        .flat()
        .map(({ command }) => command),
      ...[...JSON.stringify(texts).matchAll(/command:(darkFactory\.\w+)/g)].map(([, id]) => id ?? ''),
      ...contributes.walkthroughs
        .flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents))
        .map((event) => event.replace('onCommand:', '')),
    ];
    assert.ok(named.length > 20);
    assert.deepEqual(
      named.filter((id) => !known.has(id)),
      [],
    );
  });

  it('declares exactly the settings that code reads, each with scope, description and default', () => {
    const read = Object.values(settings).map((key) => `${settingsSection}.${key}`);
    assert.deepEqual(sorted(Object.keys(properties)), sorted(read));
    for (const [key, { scope, markdownDescription, default: value }] of Object.entries(properties)) {
      assert.ok(scope, `${key} has a scope`);
      assert.ok(markdownDescription, `${key} has a description`);
      assert.notEqual(value, undefined, `${key} has a default`);
    }
  });

  it('lets no workspace change the endpoint, the provider, the roles or the limits', () => {
    for (const key of Object.values(settings).filter((one) => one !== settings.specRules)) {
      assert.equal(properties[`${settingsSection}.${key}`]?.scope, 'machine', key);
    }
  });

  it('contributes exactly the views that code fills, and welcomes only in those', () => {
    const ids = Object.values(contributes.views).flat();
    assert.deepEqual(sorted(ids.map(({ id }) => id)), sorted(Object.values(views)));
    const known = new Set<string>(Object.values(views));
    assert.ok(contributes.viewsWelcome.every(({ view }) => known.has(view)));
    const containers = Object.values(contributes.viewsContainers).flat();
    assert.deepEqual(sorted(containers.map(({ id }) => id)), sorted(Object.keys(contributes.views)));
  });

  it('asks only for context keys that VS Code or our code sets', () => {
    const own = clauses().flatMap((clause) => clause.match(/darkFactory\.\w+/g) ?? []);
    const known = new Set<string>([...Object.values(contextKeys), ...Object.values(views)]);
    assert.ok(own.length > 0);
    assert.deepEqual(
      own.filter((key) => !known.has(key)),
      [],
    );
    const used = new Set(own);
    for (const key of Object.values(contextKeys))
      assert.ok(used.has(key), `${key} is set and never asked for`);
  });

  it('wakes up for restored timelines and knows the language of specs', () => {
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${timelinePanel}`));
    assert.deepEqual(
      contributes.languages.map(({ id }) => id),
      [specLanguage],
    );
  });

  it('has a text for every key and no text without one', () => {
    const keys = [...JSON.stringify(manifest).matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key ?? '');
    assert.deepEqual(sorted(new Set(keys)), sorted(Object.keys(texts)));
  });

  it('points only to files that exist', () => {
    const files = [
      manifest.icon,
      ...contributes.languages.map(({ configuration }) => configuration),
      ...contributes.grammars.map(({ path: file }) => file),
      ...Object.values(contributes.viewsContainers)
        .flat()
        .map(({ icon }) => icon),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown)),
    ].map((file) => path.normalize(file));
    const there = new Set(
      readdirSync('media', { recursive: true }).map((name) => path.join('media', String(name))),
    );
    assert.deepEqual(
      files.filter((file) => !there.has(file)),
      [],
    );
  });
});
