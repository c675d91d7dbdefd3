/*
 * Two languages, Chinese first. Texts stand in words/ of each app and in shared/words; components
 * hold none. The server's own texts come in both, so `both` picks one.
 */
import { createI18n } from 'vue-i18n'

import { line } from './http'
import en from './words/en'
import zh from './words/zh'

export type Language = 'zh-CN' | 'en'
const KEPT = 'jifen.language'

export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT)
  if (kept === 'zh-CN' || kept === 'en') return kept
  return navigator.languages.some((one) => one.startsWith('zh')) || !navigator.language.startsWith('en') ? 'zh-CN' : 'en'
}

export type Words = { [key: string]: string | Words }

export function makeI18n(app: { zh: Words; en: Words }) {
  const i18n = createI18n({
    legacy: false,
    locale: firstLanguage(),
    fallbackLocale: 'en',
    messages: { 'zh-CN': { ...zh, ...app.zh }, en: { ...en, ...app.en } } as Record<string, any>,
  })
  setLanguage(i18n, i18n.global.locale.value as Language)
  return i18n
}

export function setLanguage(i18n: { global: { locale: { value: string } } }, language: Language): void {
  i18n.global.locale.value = language
  line.language = language
  localStorage.setItem(KEPT, language)
  document.documentElement.lang = language
}

/** The server's text in the language of the page. */
export const both = (text: { en: string; zh: string }): string => (line.language === 'en' ? text.en : text.zh)
