// Parley under PM2: `pnpm pm2:start` and the other pm2: scripts. Its settings are those of the environment and of .env.

module.exports = {
  apps: [
    {
      name: 'parley',
      cwd: __dirname,
      script: 'apps/server/dist/main.js',
      exec_mode: 'cluster',
      // Two are enough for a reload that nobody notices; `pnpm pm2:scale 4` makes it four.
      instances: 2,
      env: { NODE_ENV: 'production' },
      // The next one has to listen before the one it takes the place of is asked to stop, with SIGINT.
      wait_ready: true,
      listen_timeout: 30_000,
      // Longer than the drain (10 s) and the 20 s that stopping may take after it: PM2 kills only what is stuck. A higher
      // DRAIN_MS needs a higher one.
      kill_timeout: 40_000,
      // A server that cannot start is tried again, more and more slowly.
      exp_backoff_restart_delay: 200,
      merge_logs: true,
      // None of PM2's own measuring inside of the server, which has /metrics.
      pmx: false,
    },
  ],
};
