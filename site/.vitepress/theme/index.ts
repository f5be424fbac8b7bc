// System fonts: nothing to load, and Chinese has its own on every machine.
import theme from 'vitepress/theme-without-fonts';
import './style.css';

export default theme;
