import { defineConfig } from '@playwright/test'

const { LIGHTHOUSE_CHROMIUM, PLAYWRIGHT_JSON_OUTPUT_NAME } = process.env

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.browser.e2e.ts',
  outputDir: 'test-results',
  workers: 2,
  timeout: 30_000,
  expect: { timeout: 8_000 },
  // Playwright reads the JSON report's path from the same variable.
  reporter: PLAYWRIGHT_JSON_OUTPUT_NAME === undefined ? 'line' : [['line'], ['json']],
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    timezoneId: 'UTC',
    locale: 'en-GB',
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      executablePath: LIGHTHOUSE_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-default-apps',
        '--disable-sync',
        '--no-first-run',
        '--font-render-hinting=none',
      ],
    },
  },
})
