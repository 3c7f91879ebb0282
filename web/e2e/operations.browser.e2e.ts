import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expect, open, test } from './world.js'

const rows = (page: Page) => page.getByRole('grid', { name: 'Operations' }).locator('[data-key]')
const names = async (page: Page): Promise<string[]> =>
  (await rows(page).locator('[role="gridcell"]:first-child').allTextContents()).slice(0, 10)

test('lists every operation by impact, drawing only the rows in view', async ({ page, golden }) => {
  await open(page, golden, '/operations')
  await expect(page.getByText('120 of 120')).toBeVisible()
  await expect(rows(page).first()).toContainText('ArchiveWalks')
  expect(await rows(page).count()).toBeLessThan(60)
  await expect(page.getByRole('columnheader', { name: 'Total time' })).toHaveAttribute(
    'aria-sort',
    'descending',
  )
})

test('sorts by a column, both ways, and keeps the order in the URL', async ({ page, golden }) => {
  await open(page, golden, '/operations')
  await page.getByRole('button', { name: 'Operation', exact: true }).click()
  await expect(page).toHaveURL(/sort=name\.asc/)
  await page.mouse.move(700, 20)
  await expect.poll(() => names(page)).toEqual([...(await names(page))].sort())
  await expect(rows(page).first()).toContainText('AppendAgents')
  await page.getByRole('button', { name: 'Operation', exact: true }).click()
  await expect(rows(page).first()).toContainText('WatchWalks')
  await page.getByRole('button', { name: 'p95', exact: true }).click()
  await expect(page).toHaveURL(/sort=p95\.desc/)
  await page.reload()
  await expect(page.getByRole('columnheader', { name: 'p95', exact: true })).toHaveAttribute(
    'aria-sort',
    'descending',
  )
})

test('filters from / on, and says what it did not find', async ({ page, golden }) => {
  await open(page, golden, '/operations')
  await expect(rows(page).first()).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('rules')
  await expect(page.getByText('10 of 120')).toBeVisible()
  await expect(page).toHaveURL(/q=rules/)
  await page.keyboard.type('zzz')
  await expect(page.getByText(/name contains “ruleszzz”/)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByText('120 of 120')).toBeVisible()
})

test('j, k and Enter go through the rows into the details, and Escape out', async ({ page, golden }) => {
  await open(page, golden, '/operations')
  await expect(rows(page).first()).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  const active = page.locator('[data-active="true"]')
  await expect(active).toContainText('UpdateWalks')
  await page.keyboard.press('Enter')
  const drawer = page.getByRole('dialog', { name: 'UpdateWalks' })
  await expect(drawer.getByRole('img', { name: /^Latency, newest: p50/ })).toBeVisible()
  await expect(drawer).toContainText('p99.9')
  await page.keyboard.press('j')
  await expect(page.getByRole('dialog', { name: 'GetDecisionsById' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page).not.toHaveURL(/op=/)
})

test('chooses columns into the URL', async ({ page, golden }) => {
  await open(page, golden, '/operations')
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Max' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Type' }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('columnheader', { name: 'Max' })).toBeVisible()
  await expect(page.getByRole('columnheader', { name: 'Type' })).toHaveCount(0)
  await expect(page).toHaveURL(/cols=/)
})

test('holds the order while the pointer is in the rows', async ({ page, golden }) => {
  await open(page, golden, '/operations')
  await rows(page).nth(2).hover()
  await expect(page.getByText('order held while you point at it')).toBeVisible()
  await page.mouse.move(700, 20)
  await expect(page.getByText('order held while you point at it')).toBeHidden()
})

test('saves the rows as they are filtered and sorted', async ({ page, golden }) => {
  await open(page, golden, '/operations?q=agents&sort=name.asc')
  await expect(page.getByText('20 of 120')).toBeVisible()
  await page.getByRole('button', { name: 'Save or show GraphQL' }).click()
  const saved = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Save as JSON' }).click()
  const written: { name: string }[] = JSON.parse(await readFile(await (await saved).path(), 'utf8'))
  expect(written.map(({ name }) => name)).toEqual(written.map(({ name }) => name).sort())
  expect(written).toHaveLength(20)
})
