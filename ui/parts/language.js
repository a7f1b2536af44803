export default function () {
  document.documentElement.lang = "zh-CN";
}
