/*
 * The platform's console: starts it once it is known whether somebody is signed in.
 */
import '@shared/tokens.css'
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import './desk.css'

import { createApp } from 'vue'

import { makeI18n } from '@shared/i18n'
import { recall } from '@shared/session'
import { followTheme } from '@shared/theme'

import App from './App.vue'
import { router } from './router'
import en from './words/en'
import zh from './words/zh'

followTheme()
void recall().then(() => createApp(App).use(makeI18n({ zh, en })).use(router).mount('#app'))
