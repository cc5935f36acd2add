/**
 * Who may import whom. The rooms and their order are drawn in src/README.md; this file is what holds them to it.
 * A rule of the kind "may import only" lists what is allowed in `pathNot`; npm packages resolve to node_modules/<name>/.
 */
const TEST = '\\.test\\.ts$';
const RULES = [];

function forbid(name, comment, from, to) {
  RULES.push({ name, comment, severity: 'error', from, to });
}

/** Files under `from` (tests apart) may import the paths of `allowed` and nothing else, no built-in module either. */
function only(name, comment, { from, allowed, except = [] }) {
  forbid(name, comment, { path: from, pathNot: [TEST, ...except] }, { pathNot: allowed });
}

const npm = (...packages) => `(^|/)node_modules/(${packages.join('|')})(/|$)`;
const ANY_NPM = '(^|/)node_modules/';
const DOMAIN = '^src/domain/';
const PORTS = '^src/ports/';
const PIPELINE = '^src/pipeline/';
const LANGUAGE = '^src/language/';
const ZOD = npm('zod');

only('domain-alone', 'Values and pure rules import nothing but each other: no package, no node: module.', {
  from: DOMAIN,
  allowed: [DOMAIN],
});
only('ports-see-domain', 'Ports are interfaces over domain values; zod only for the type of an options schema.', {
  from: PORTS,
  allowed: [DOMAIN, PORTS, ZOD],
});
forbid(
  'ports-zod-types',
  'A port names zod types and runs no zod code.',
  { path: PORTS, pathNot: TEST },
  { path: ZOD, dependencyTypesNot: ['type-only'] },
);
only('pipeline-sees-ports', 'The steps and the loop know ports, never who implements them.', {
  from: PIPELINE,
  allowed: [DOMAIN, PORTS, PIPELINE, LANGUAGE, ZOD],
});
only('language-alone', 'What is known of languages: words in, words out.', {
  from: LANGUAGE,
  allowed: [DOMAIN, LANGUAGE, npm('@orama/stemmers', '@orama/stopwords', 'tinyld'), '^(node:)?module$'],
});
only('agents-see-ports', 'A plugin sees ports and domain values, so that it runs under any adapter.', {
  from: '^agents/',
  allowed: [DOMAIN, PORTS, '^agents/', ZOD],
});
forbid(
  'plugins-share-parts-only',
  'A plugin never imports another plugin; what two of them share is a file in the parts/ of their room.',
  { path: '^agents/([^/]+)/', pathNot: TEST },
  { path: '^agents/', pathNot: '^agents/$1/parts/' },
);
only('estimators-see-ports', 'Estimators are arithmetic over ports and domain values.', {
  from: '^estimators/',
  allowed: [DOMAIN, PORTS, '^estimators/parts/', ZOD],
  except: ['^estimators/calibration/'],
});
only('calibration-sees-parts', 'What holds estimators against known truth is given them: it knows none of them.', {
  from: '^estimators/calibration/',
  allowed: [DOMAIN, PORTS, '^estimators/(parts|calibration)/'],
});
forbid(
  'adapters-see-ports',
  'An adapter implements a port; it knows its own folder, ports and domain, and no other part of Isthmus.',
  { path: '^src/adapters/([^/]+)/', pathNot: [TEST, '^src/adapters/bullmq/'] },
  { path: '^(src|agents|estimators|workers|eval|scripts)/', pathNot: [DOMAIN, PORTS, LANGUAGE, '^src/adapters/$1/'] },
);
forbid(
  'bullmq-sees-ports',
  'As adapters-see-ports; the queue may also name the types of the database it shares a connection with.',
  { path: '^src/adapters/bullmq/', pathNot: TEST },
  { path: '^(src|agents|estimators|workers|eval|scripts)/', pathNot: [DOMAIN, PORTS, '^src/adapters/(bullmq|database)/'] },
);
forbid(
  'bullmq-database-types',
  'The queue uses no code of the database adapter, only its types.',
  { path: '^src/adapters/bullmq/', pathNot: TEST },
  { path: '^src/adapters/database/', dependencyTypesNot: ['type-only'] },
);
only('report-sees-domain', 'Pages are functions from values to text, for whoever writes or serves them.', {
  from: '^src/report/',
  allowed: [DOMAIN, '^src/report/'],
});
only('api-sees-pipeline', 'HTTP in front of a service and the pipeline: no adapter, no plugin, no composition, no file of this disk.', {
  from: '^src/api/',
  allowed: [DOMAIN, PORTS, PIPELINE, '^src/(api|report)/', ZOD, npm('hono', '@hono/node-server'), '^(node:)?(crypto|http|net)$'],
});
only('workers-thin', 'Workers parse, call one step of the pipeline, return.', {
  from: '^workers/',
  allowed: [DOMAIN, PORTS, PIPELINE, '^workers/'],
});
only('config-reads', 'Configuration is read here, from file and environment, and known to whoever is given it.', {
  from: '^src/config(-web|-telemetry|-load)?\\.ts$',
  allowed: [
    DOMAIN,
    '^src/(bundled-model|config-web|config-telemetry|config-load)\\.ts$',
    npm('yaml', 'zod'),
    '^(node:)?(fs|fs/promises|path|os)$',
  ],
});
forbid(
  'cli-through-compose',
  'Commands ask compose for what they need; they know no adapter, plugin or worker.',
  { path: '^src/(cli/|main\\.ts$)', pathNot: TEST },
  { path: '^(src/(adapters|testing|api)|agents|estimators|workers|scripts)/' },
);
forbid(
  'library-through-compose',
  'The library is another main: it asks compose for what it needs, and re-exports what packages of plugins are written with.',
  { path: '^src/(library/|index\\.ts$)', pathNot: TEST },
  { path: '^(src/(adapters|testing|api|cli|integrations)|agents|estimators|workers|eval|scripts)/' },
);
only('integrations-use-the-library', 'Isthmus inside other frameworks: what they need of it is what any program is given.', {
  from: '^src/integrations/',
  allowed: [DOMAIN, '^src/library/types\\.ts$', '^src/integrations/', npm('langchain', '@langchain/core')],
});
const DRAWINGS = '^eval/report/(charts/(draw-[a-z]+|findings-lines|forest|frame|lines|scatter)|series|verdicts|words)\\.ts$';
only(
  'dashboard-alone',
  'The page runs in a browser: it knows the API by its types and values of the domain, and no other code of Isthmus.',
  {
    from: '^src/dashboard/',
    allowed: [
      '^src/dashboard/',
      DOMAIN,
      '^src/api/(event-contract|schemas-[a-z]+)\\.ts$',
      '^eval/(analysis|harness|metrics|report)/',
      DRAWINGS,
      '^src/report/',
      ZOD,
      npm('preact', '@observablehq/plot'),
    ],
  },
);
forbid(
  'dashboard-knows-types',
  'Of the API and the evaluation the page has types only, but for how charts are drawn, so that page and report show the same pictures.',
  { path: '^src/dashboard/', pathNot: TEST },
  { path: '^(src/api|eval)/', pathNot: DRAWINGS, dependencyTypesNot: ['type-only'] },
);
forbid(
  'dashboard-is-a-leaf',
  'The page is bundled into files that the API serves; no other code has it inside. The contract of its own routes has types only.',
  { pathNot: ['^src/dashboard/'] },
  { path: '^src/dashboard/', pathNot: '^src/dashboard/contract\\.ts$' },
);
forbid(
  'dashboard-contract-types',
  'The contract is types.',
  { pathNot: ['^src/dashboard/'] },
  { path: '^src/dashboard/contract\\.ts$', dependencyTypesNot: ['type-only'] },
);
forbid(
  'compose-by-mains',
  'Only what starts a process composes one.',
  { path: '^(src|agents|estimators|workers)/', pathNot: [TEST, '^src/(main\\.ts$|cli/|library/|compose/|testing/)'] },
  { path: '^src/compose/' },
);
forbid(
  'testing-by-tests',
  'Conformance suites, scripted models and fixtures are for tests and measurements, never for the product.',
  { pathNot: [TEST, '^src/testing/', '^eval/', '^scripts/'] },
  { path: '^src/testing/' },
);
forbid('tests-are-leaves', 'Nothing imports a test.', {}, { path: TEST });
forbid(
  'eval-is-a-leaf',
  'Measurements use the product, not the other way round; the command line has one of their commands.',
  { pathNot: ['^eval/', '^src/main\\.ts$', '^src/dashboard/'] },
  { path: '^eval/' },
);
forbid(
  'main-has-eval',
  'Of the harness the command line knows its commands only.',
  { path: '^src/main\\.ts$' },
  { path: '^eval/', pathNot: '^eval/commands/eval\\.ts$' },
);
forbid(
  'harness-ships',
  'The evaluation harness is part of the command line: it imports no testing, and none of the experiments beside it.',
  {
    path: '^eval/(analysis|commands|datasets|graders|harness|metrics|report|statistics)/',
    pathNot: [TEST, '^eval/statistics/(check|simulate|worlds|check-row)'],
  },
  { path: '^(src/testing|eval/(bench|gains|relevance|strategies))/' },
);

/** Each foreign library has one home; tests and measurements may look at anything. */
const HOMES = [
  ['^src/dashboard/', ['preact', '@observablehq/[^/]+']],
  ['^src/adapters/bullmq/', ['bullmq', 'ioredis']],
  ['^src/adapters/database/', ['pg', 'drizzle-orm', 'drizzle-kit', '@electric-sql/[^/]+']],
  ['^src/adapters/llama/', ['node-llama-cpp']],
  ['^src/adapters/openai/', ['openai', 'js-tiktoken']],
  ['^src/(adapters/sources|integrations)/', ['langchain', '@langchain/[^/]+']],
  ['^src/adapters/web/', ['ipaddr.js', 'robots-parser']],
  ['^src/api/', ['hono', '@hono/[^/]+']],
  ['^src/(cli/|main\\.ts$)', ['commander', 'picocolors']],
  ['^src/config\\.ts$', ['yaml']],
];
for (const [home, packages] of HOMES) {
  forbid(
    `${packages[0].replace(/^@/, '')}-at-home`,
    `${packages.join(', ')}: imported under ${home} only, so that replacing it touches one folder.`,
    { pathNot: [home, TEST, '^src/testing/', '^eval/', ANY_NPM] },
    { path: npm(...packages) },
  );
}

forbid('no-cycles', 'A cycle is two rooms that are one.', {}, { circular: true });
forbid(
  'no-orphans',
  'A file that imports nothing and is imported by nothing belongs nowhere.',
  { orphan: true, pathNot: [TEST, '\\.d\\.ts$', '^scripts/'] },
  {},
);
forbid('resolvable', 'An import leads somewhere.', {}, { couldNotResolve: true });
forbid(
  'declared-packages',
  'The product imports what package.json names under dependencies; tests may use development dependencies, and so may the page, which is bundled.',
  { path: '^(src|agents|estimators|workers)/', pathNot: [TEST, '^src/testing/', '^src/dashboard/'] },
  { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
);

module.exports = {
  forbidden: RULES,
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
  },
};
