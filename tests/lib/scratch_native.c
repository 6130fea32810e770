#include "scratch.h"

#include "fault.h"

static struct fault_disk *disk;

void scratch_begin(void)
{
    fault_disk_destroy(disk);
    disk = fault_disk_create(1);
    fault_disk_use(disk);
}

void scratch_begin_made(void (*make)(void))
{
    static struct fault_disk *made;
    if (made == NULL) {
        scratch_begin();
        make();
        made = fault_disk_copy(disk, 1);
    }
    fault_disk_destroy(disk);
    disk = fault_disk_copy(made, 1);
    fault_disk_use(disk);
}

void scratch_end(void)
{
    fault_disk_destroy(disk);
    disk = NULL;
}
