"""Why a file or an address could not be used, in Chinese: the operating system and PyYAML say it in English."""

import errno
import socket

import yaml

__all__ = ["why"]

_REASONS = {
    errno.ENOENT: "没有这个文件或目录",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许这样做",
    errno.EEXIST: "已经有同名的文件或目录",
    errno.EISDIR: "这是一个目录，不是文件",
    errno.ENOTDIR: "路径里有一段不是目录",
    errno.ELOOP: "链接绕成了圈",
    errno.ENAMETOOLONG: "名称太长",
    errno.EROFS: "所在的磁盘只能读",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "超出了磁盘配额",
    errno.EIO: "磁盘读写出错",
    errno.EMFILE: "打开的文件太多",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
    socket.EAI_NONAME: "没有这个主机名",
}


def why(error: Exception) -> str:
    """The reason of an OSError, a UnicodeError or a YAMLError; other errors in their own words."""
    match error:
        case OSError():
            return _REASONS.get(error.errno or 0, error.strerror or str(error))
        case UnicodeError():
            return "不是 UTF-8 文本"
        case yaml.YAMLError():
            mark = getattr(error, "problem_mark", None)
            where = f"（第{mark.line + 1}行第{mark.column + 1}字附近）" if mark else ""
            return f"不是合格的 YAML{where}，请检查缩进、冒号后的空格、引号和括号"
    return str(error)
