"""Does a refusal say that a medium could not be fetched? Then it may be fetched from elsewhere. Pure.

No code is documented for it; the wordings are those of the provider, of the servers behind it and of their like.
"""

import re

from bot.toapis.wire import Complaint

_CODE = re.compile(r"download|fetch|unreachable|url_?expired|expired_?url")

_MEDIUM = (
    r"(?:image|picture|photo|frame|video|audio|sound|media|multimodal|file|resource|material|content|asset|ur[li]s?\b"
    r"|link|source|https?:)"
)
_NOT = (
    r"(?:fail\w*|unable|could ?n.t|can ?n.t|can.t|not able|not|error\w*|time ?-?outs?|timed ?-?out|exception"
    r"|problem|unsuccessful\w*|den(?:y|ied)|refused|reset)"
)
_FETCH = r"(?:down-?load\w*|fetch\w*|retriev\w*|pull(?:ing|ed)?\b|crawl\w*)"
_REACH = r"(?:access\w*|reach\w*|load(?:ing|ed)?\b|obtain\w*|connect\w*|resolv\w*)"

_ENGLISH = re.compile(
    rf"(?=.*{_MEDIUM})(?:\b{_NOT}\b.{{0,80}}{_FETCH}|{_FETCH}.{{0,80}}\b{_NOT}\b)"
    rf"|(?=.*{_MEDIUM})(?!.*\b(?:model|quota|balance|account|key)\b)"
    rf"(?:\b{_NOT}\b.{{0,60}}{_REACH}|{_REACH}.{{0,60}}\b{_NOT}\b|inaccessible|unreachable|no such host)"
    rf"|\b(?:url|uri|link)s?\b.{{0,80}}\b(?:expired|dead|40[34])\b"
)

_CHINESE_NOT = "(?:失败|无法|不能|不可|不了|不到|未能|没能|超时|错误|出错|异常)"
_CHINESE_MEDIUM = "(?:图|视频|音频|素材|文件|资源|媒体|链接|地址|首帧|尾帧|url)"
_CHINESE_FETCH = "(?:下载|拉取|抓取)"
_CHINESE_REACH = "(?:获取|访问|加载|读取|连接)"

_CHINESE = re.compile(
    rf"{_CHINESE_NOT}.{{0,30}}{_CHINESE_FETCH}|{_CHINESE_FETCH}.{{0,60}}{_CHINESE_NOT}"
    rf"|(?=.*{_CHINESE_MEDIUM})(?!.*(?:模型|余额|额度|账户|密钥))"
    rf"(?:{_CHINESE_NOT}.{{0,30}}{_CHINESE_REACH}|{_CHINESE_REACH}.{{0,60}}{_CHINESE_NOT})"
    r"|(?:链接|地址|url).{0,30}(?:失效|过期)"
)


def says_unfetched(complaint: Complaint) -> bool:
    """Tell whether a refusal is for want of a medium that could not be fetched."""
    said = complaint.said.lower()
    return (
        any(_CODE.search(code) for code in complaint.codes)
        or _ENGLISH.search(said) is not None
        or _CHINESE.search(said) is not None
    )
