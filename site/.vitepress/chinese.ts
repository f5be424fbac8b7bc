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
      navMenuLabel: '主导航',
      mobileMenuLabel: '菜单',
      extraMenuLabel: '更多',
      skipToContentLabel: '跳到正文',
    },
  };
}

/** The words of its search. */
export const chineseSearch: Partial<DefaultTheme.LocalSearchOptions> = {
  translations: {
    button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
    modal: {
      displayDetails: '显示详情',
      resetButtonTitle: '清除',
      backButtonTitle: '关闭搜索',
      noResultsText: '没有结果：',
      footer: {
        selectText: '打开',
        selectKeyAriaLabel: '回车键',
        navigateText: '移动',
        navigateUpKeyAriaLabel: '上箭头键',
        navigateDownKeyAriaLabel: '下箭头键',
        closeText: '关闭',
        closeKeyAriaLabel: 'Esc 键',
      },
    },
  },
};
