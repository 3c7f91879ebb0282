import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, open, test } from './world.js'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

async function offences(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`))
}

interface Scene {
  readonly name: string
  /** Brings the page into the state that is looked at. */
  act(page: Page): Promise<unknown>
  /** Takes it back for the next scene. */
  leave(page: Page): Promise<unknown>
}

const escape = (page: Page): Promise<void> => page.keyboard.press('Escape')
const stay = (): Promise<void> => Promise.resolve()
const text = (words: string) => (page: Page) => page.getByText(words).first().waitFor()

async function chooseInChart(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Latency: more' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

/** What is looked at on one page, one after the other, so that each page loads once. */
const PAGES: readonly { readonly path: string; readonly scenes: readonly Scene[] }[] = [
  {
    path: '/',
    scenes: [
      { name: 'now', act: text('agent-atlas'), leave: stay },
      {
        name: 'palette',
        async act(page) {
          await page.keyboard.press('Control+k')
          await page.getByRole('option').first().waitFor()
        },
        leave: escape,
      },
      {
        name: 'shortcuts',
        async act(page) {
          await page.keyboard.press('?')
          await page.getByText('Fold the rail').waitFor()
        },
        leave: escape,
      },
      {
        name: 'GraphQL of a chart',
        async act(page) {
          await page.locator('[data-chart="Latency"]').hover()
          await page.keyboard.press('v')
          await page.getByText('query NowHistory').waitFor()
        },
        leave: escape,
      },
      {
        name: 'menu of a chart',
        async act(page) {
          await page.getByRole('button', { name: 'Latency: more' }).click()
          await page.getByRole('menuitem', { name: 'Save as CSV' }).waitFor()
        },
        leave: escape,
      },
      {
        name: 'chart as table',
        async act(page) {
          await chooseInChart(page, 'Show as table')
          await page.getByRole('region', { name: 'Latency as table' }).waitFor()
        },
        leave: (page) => chooseInChart(page, 'Show as chart'),
      },
      {
        name: 'time popover',
        async act(page) {
          await page.getByRole('button', { name: /^Absolute span/ }).click()
          await page.getByLabel('From').waitFor()
        },
        leave: escape,
      },
    ],
  },
  {
    path: '/operations',
    scenes: [
      { name: 'operations', act: text('120 of 120'), leave: stay },
      {
        name: 'column chooser',
        async act(page) {
          await page.getByRole('button', { name: 'Columns' }).click()
          await page.getByRole('menuitemcheckbox').first().waitFor()
        },
        leave: escape,
      },
      {
        name: 'operation details',
        async act(page) {
          await page.getByText('ValidateCommand').click()
          await page.getByText('p99.9').waitFor()
        },
        leave: escape,
      },
    ],
  },
  {
    path: '/decisions',
    scenes: [
      { name: 'decisions', act: text('ls -la src'), leave: stay },
      {
        name: 'decision details',
        async act(page) {
          await page.getByText('docker compose up -d').first().click()
          await page.getByText('VALIDATION_DECISION_MADE').waitFor()
          await page.getByText('What each tier would answer now').waitFor()
          await page.getByText('Parsed').click()
        },
        leave: escape,
      },
    ],
  },
  {
    path: '/walk',
    scenes: [
      { name: 'walk', act: text('fingerprint'), leave: stay },
      {
        name: 'walk as table',
        async act(page) {
          await page.getByRole('button', { name: 'Table' }).click()
          await page.getByRole('columnheader', { name: 'Process' }).waitFor()
        },
        leave: stay,
      },
    ],
  },
]

for (const theme of ['dark', 'light'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme })
    for (const { path, scenes } of PAGES) {
      const names = scenes.map(({ name }) => name).join(', ')
      test(`no serious offence against WCAG 2.2 AA, ${theme}: ${names}`, async ({ page, golden }) => {
        test.slow()
        await open(page, golden, path)
        for (const { name, act, leave } of scenes) {
          await act(page)
          expect(await offences(page), name).toEqual([])
          await leave(page)
        }
      })
    }

    test(`no serious offence against WCAG 2.2 AA, ${theme}: sign-in`, async ({
      page,
      logged,
      startGolden,
    }) => {
      const golden = await startGolden('--key', 'lh_golden')
      await page.goto(`${golden.url}/console/`)
      await page.getByRole('heading', { name: 'Sign in to the console' }).waitFor()
      expect(await offences(page)).toEqual([])
      logged.splice(0, logged.length, ...logged.filter((line) => !line.includes('401')))
    })
  })
}
