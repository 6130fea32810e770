// luck.mjs with Firefox.
process.argv[2] = 'firefox';
await import('./luck.mjs');
