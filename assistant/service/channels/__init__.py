"""WeChat 公众号 and 企业微信: callbacks, replies within their time, and pushes that outlive a failure."""
