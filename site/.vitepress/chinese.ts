import type { DefaultTheme, LocaleSpecificConfig } from 'vitepress';
import { navigationOf } from '../src/navigation.ts';

/** The words around the Chinese pages. */
export function chinese(
  indexPage: string,
): LocaleSpecificConfig<DefaultTheme.Config> & { label: string; link: string } {
  return {
    label: '简体中文',
    lang: 'zh-CN',
    link: '/zh/',
    themeConfig: {
      sidebar: navigationOf(indexPage, 'zh'),
      outline: { level: [2, 3], label: '本页' },
      docFooter: { prev: '上一页', next: '下一页' },
      darkModeSwitchLabel: '外观',
      lightModeSwitchTitle: '浅色',
      darkModeSwitchTitle: '深色',
      sidebarMenuLabel: '目录',
      returnToTopLabel: '回到顶部',
      langMenuLabel: '语言',
      skipToContentLabel: '跳到正文',
    },
  };
}
