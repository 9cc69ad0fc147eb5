package store

import "syscall"

// networkKinds are the file systems that live on another machine, by the number that Linux
// gives each. Locks and shared memory do not work there as SQLite needs them.
var networkKinds = map[uint32]string{
	0x00006969: "NFS",
	0x0000517b: "SMB",
	0xff534d42: "CIFS",
	0xfe534d42: "SMB",
	0x5346414f: "AFS",
	0x73757245: "Coda",
	0x00c36400: "Ceph",
	0x0bd00bd0: "Lustre",
	0x01021997: "9P",
	0x01161970: "GFS2",
	0x7461636f: "OCFS2",
	0x19830326: "BeeGFS",
	0x47504653: "GPFS",
}

// networkFileSystem names the kind of network file system that a directory lies on, "" when
// it is on this machine or nobody knows.
func networkFileSystem(dir string) string {
	var found syscall.Statfs_t
	if err := syscall.Statfs(dir, &found); err != nil {
		return "" // what is wrong with the directory shows when the file is opened
	}
	return networkKind(int64(found.Type)) //nolint:unconvert // 32 bits on some machines
}

func networkKind(number int64) string {
	return networkKinds[uint32(number&0xffffffff)] //nolint:gosec // the number has 32 bits
}
